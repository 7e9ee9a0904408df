"""A file somebody brought -> its bytes, where the server still has them."""

from streamlit.runtime.uploaded_file_manager import UploadedFile

from mnistlab.data.picture_files import MOST_BYTES
from mnistlab.ui.parts.complaints import complain


def read_upload(file: object, most: int = MOST_BYTES) -> bytes | None:
    """Return the bytes of a widget's file, at most one more than `most`; None without a file, or, with a complaint, for one that is gone.

    Arguments:
        file: the value of a widget, also as it stands in the session: there, Streamlit puts something else in place of a file that it has
            deleted, such as after a reconnection.
        most: bytes that will be accepted. What the browser was told about sizes binds nobody.
    """
    if file is None:
        return None
    if not isinstance(file, UploadedFile):
        complain("The file you brought is not on the server any more; bring it again.")
        return None
    file.seek(0)
    return file.read(most + 1)
