"""The gate takes files where Streamlit has pages send them."""

import uuid

from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from support.gates import scope_of

from mnistlab.ui.gate.uploads import Uploads


def test_pages_send_where_streamlit_tells_them():
    # As AppSession names itself.
    session, hourly = str(uuid.uuid4()), Uploads(1)
    for one in MemoryUploadedFileManager("/_stcore/upload_file").get_upload_urls(session, ["a", "b"]):
        for path in (one.upload_url, f"/base{one.upload_url}"):
            scope = scope_of(path=path, method="PUT")
            assert hourly.is_upload(scope)
            assert callable(hourly.counted(scope, None, "v"))
