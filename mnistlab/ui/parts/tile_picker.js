// Each tile is a button, so that Enter and screen readers work without more ado. Tab stops at one of them, arrows lead to the others.
export default function ({ parentElement, data, setTriggerValue }) {
  const grid = parentElement.querySelector(".tiles");
  grid.style.setProperty("--columns", data.columns);
  const signature = JSON.stringify(data.tiles.map((tile) => [tile.number, tile.source.length]));
  if (grid.dataset.signature !== signature) {
    grid.dataset.signature = signature;
    grid.replaceChildren(
      ...data.tiles.map((tile) => {
        const button = document.createElement("button");
        const picture = document.createElement("img");
        const number = document.createElement("span");
        picture.src = tile.source;
        picture.alt = "";
        number.textContent = tile.number;
        button.append(picture, number);
        button.type = "button";
        button.title = tile.label;
        button.setAttribute("aria-label", tile.label);
        button.dataset.number = tile.number;
        button.onclick = () => setTriggerValue("picked", tile.number);
        return button;
      }),
    );
  }
  const buttons = [...grid.children];
  const stopAt = (stop) => {
    for (const button of buttons) button.tabIndex = button === stop ? 0 : -1;
  };
  for (const button of buttons) {
    button.setAttribute("aria-pressed", String(Number(button.dataset.number) === data.chosen));
  }
  const isIn = buttons.includes(grid.getRootNode().activeElement);
  if (!isIn) stopAt(buttons.find((button) => button.getAttribute("aria-pressed") === "true") ?? buttons[0]);
  grid.onfocusin = (event) => stopAt(event.target.closest("button"));
  grid.onkeydown = (event) => {
    const at = buttons.indexOf(event.target.closest("button"));
    const row = getComputedStyle(grid).gridTemplateColumns.split(" ").length;
    const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -row, ArrowDown: row, Home: -at, End: buttons.length - 1 - at };
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    buttons[at + step]?.focus();
  };
}
