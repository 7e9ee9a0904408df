// An open list stays open while the page moves by itself. React Aria, of which Streamlit's lists are made, closes a list as soon as
// anything around it scrolls, by one pixel and by whomever: also when a run of the page's script changes the height of what stands above,
// and the browser keeps the visitor's place by scrolling. It makes an exception for half a second after a resize, when a phone's keyboard moves
// the page, and puts the list beside its field again. So a scrolling that no wheel and no finger made is told as a resize. (Streamlit 1.67)
(() => {
  // Milliseconds for which a wheel or a finger may go on scrolling.
  const lately = 600;
  let moved = Number.NEGATIVE_INFINITY;
  const move = () => {
    moved = performance.now();
  };
  addEventListener("wheel", move, { capture: true, passive: true });
  addEventListener("touchmove", move, { capture: true, passive: true });
  // Before any list listens, and so before it hears of the scrolling.
  addEventListener(
    "scroll",
    () => {
      const isOpen = document.querySelector("[role=combobox][aria-expanded=true]");
      if (isOpen && performance.now() > moved + lately) visualViewport?.dispatchEvent(new Event("resize"));
    },
    { capture: true, passive: true },
  );
})();
