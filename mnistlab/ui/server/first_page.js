// Shows the page once it is whole: its title, the menu beside it, and the code of all elements that have come so far. What has
// no menu, such as the page of a visitor who has yet to log in, is shown when its script has ended.
(() => {
  // Milliseconds: from the first that Streamlit draws, after which it is shown as it is; and from its title on, while its script still runs.
  const longest = 8000;
  const patience = 800;
  // From then on until it has time for other pages' code.
  const rest = 1000;
  const root = document.documentElement;
  const find = (selector) => document.querySelector(selector);
  let begun;
  let titled;
  const look = (now) => {
    if (begun === undefined && find("[data-testid=stApp]")) begun = now;
    if (titled === undefined && find("[data-testid=stMain] h1")) titled = now;
    const hasMenu = titled !== undefined && find("[data-testid=stSidebar]");
    const hasEnded =
      find("[data-testid=stApp][data-test-script-state=notRunning]") && find("[data-testid=stMain] [data-testid=stElementContainer]");
    const isWhole = !find("[data-testid=stSkeleton]") && (hasEnded || (hasMenu && now > titled + patience));
    if (isWhole || now > begun + longest) show();
    else requestAnimationFrame(look);
  };
  const show = () => {
    root.classList.remove("lab-first");
    // What other pages, and this one after a choice, need besides.
    setTimeout(() => {
      for (const link of document.querySelectorAll("link[rel=lab-later]")) link.rel = "prefetch";
    }, rest);
  };
  root.classList.add("lab-first");
  requestAnimationFrame(look);
})();
