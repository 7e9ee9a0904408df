// Each tile is a button, so that Tab, Enter and screen readers work without more ado.
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
        picture.src = tile.source;
        picture.alt = "";
        button.append(picture);
        button.type = "button";
        button.title = tile.label;
        button.setAttribute("aria-label", tile.label);
        button.dataset.number = tile.number;
        button.onclick = () => setTriggerValue("picked", tile.number);
        return button;
      }),
    );
  }
  for (const button of grid.children) {
    button.setAttribute("aria-pressed", String(Number(button.dataset.number) === data.chosen));
  }
}
