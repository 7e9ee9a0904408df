"""Whether the browser's Back or Forward caused this run of a page's script.

Streamlit 1.67 knows it from its browser and uses it for its own `bind="query-params"`: it is in the run's context, but no
public function returns it. Only this module reads it; tests/pages/test_links.py fails if another version no longer has it.
"""

from streamlit.runtime.scriptrunner import get_script_run_ctx


def has_gone_back() -> bool:
    """Return whether the visitor has just pressed Back or Forward."""
    context = get_script_run_ctx(suppress_warning=True)
    return context is not None and context.is_history_navigation
