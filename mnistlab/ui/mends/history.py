"""Whether the browser's Back or Forward caused this run of a page's script.

Streamlit 1.67 knows it (its browser says so with each such message) and keeps it for its own `bind="query-params"`: the run's context holds it, and no
public function tells it. This is the one place that asks; tests/pages/test_links.py fails where another version has it no more.
"""

from streamlit.runtime.scriptrunner import get_script_run_ctx


def has_gone_back() -> bool:
    """Return whether the visitor has just pressed Back or Forward."""
    context = get_script_run_ctx(suppress_warning=True)
    return context is not None and context.is_history_navigation
