// Each cell to choose is a button, so that Enter and screen readers work without more ado. Tab stops at one of them, arrows lead to the others.
// The buttons stay the same while what they show changes: the focus, and a press that has begun, stay where they are.
const percent = (part, whole) => `${(100 * part) / whole}%`;

export default function ({ parentElement, data, setTriggerValue }) {
  const grid = parentElement.querySelector(".cells");
  const tip = parentElement.querySelector(".tip");
  const [height, width] = data.size;
  const [pitchHeight, pitchWidth] = data.pitch;
  const [tileHeight, tileWidth] = data.tile;
  const style = {
    "--columns": data.columns,
    "--narrow": data.narrow,
    "--source": `url(${data.source})`,
    "--pitch": `${pitchWidth} / ${pitchHeight}`,
    "--width": percent(tileWidth, pitchWidth),
    "--height": percent(tileHeight, pitchHeight),
    "--strip": percent(data.strip, pitchHeight),
    "--gap-below": percent(pitchHeight - data.strip - tileHeight, pitchHeight),
    "--zoom": `${percent(width, tileWidth)} ${percent(height, tileHeight)}`,
  };
  for (const [name, value] of Object.entries(style)) grid.style.setProperty(name, value);
  grid.classList.toggle("headed", Boolean(data.heads));
  grid.setAttribute("role", data.isChoice ? "group" : "img");
  grid.setAttribute("aria-label", data.alt);

  while (cellsOf(grid).length > data.numbers.length) grid.lastChild.remove();
  while (cellsOf(grid).length < data.numbers.length) grid.append(newCell(data.isChoice));
  const cells = cellsOf(grid);
  if (data.heads) nameRowsAndColumns(grid, cells, data);
  cells.forEach((cell, at) => {
    const [picture, word, strength] = cell.children;
    const left = (at % data.columns) * pitchWidth;
    const top = Math.floor(at / data.columns) * pitchHeight + data.strip;
    // As CSS counts: 100 % lays the right edge of the picture on the right edge of the cell.
    picture.style.backgroundPosition = `${percent(left, width - tileWidth || 1)} ${percent(top, height - tileHeight || 1)}`;
    word.textContent = data.words[at];
    word.style.color = data.inks[at] ?? "";
    word.classList.toggle("inside", at in data.inks);
    strength.style.width = percent((data.strengths[at] ?? 0) * tileWidth, pitchWidth);
    cell.dataset.label = data.labels[at];
    if (!data.isChoice) return;
    cell.setAttribute("aria-label", data.labels[at]);
    cell.setAttribute("aria-pressed", String(data.numbers[at] === data.chosen));
    cell.onclick = () => setTriggerValue("picked", data.numbers[at]);
  });
  if (!grid.dataset.listens) {
    grid.dataset.listens = "yes";
    tellAbout(grid, tip);
    if (data.isChoice) walk(grid);
  }
  const isIn = cells.includes(grid.getRootNode().activeElement);
  if (data.isChoice && !isIn) stopAt(grid, cells[Math.max(data.numbers.indexOf(data.chosen), 0)]);
}

function cellsOf(grid) {
  return [...grid.querySelectorAll(".cell")];
}

function nameRowsAndColumns(grid, cells, data) {
  const [corner, rows, columns] = data.heads;
  const place = (part, row, column) => {
    part.style.gridArea = `${row + 1} / ${column + 1}`;
  };
  cells.forEach((cell, at) => {
    place(cell, Math.floor(at / data.columns) + 1, (at % data.columns) + 1);
  });
  for (const old of grid.querySelectorAll(".head")) old.remove();
  const head = (text, row, column) => {
    const part = document.createElement("span");
    const words = document.createElement("span");
    part.className = "head";
    part.ariaHidden = "true";
    words.textContent = text;
    part.append(words);
    place(part, row, column);
    grid.prepend(part);
  };
  head(corner, 0, 0);
  rows.forEach((name, at) => {
    head(name, at + 1, 0);
  });
  columns.forEach((name, at) => {
    head(name, 0, at + 1);
  });
}

function newCell(isChoice) {
  const cell = document.createElement(isChoice ? "button" : "span");
  if (isChoice) cell.type = "button";
  cell.className = "cell";
  for (const name of ["picture", "word", "strength"]) {
    const part = document.createElement("span");
    part.className = name;
    cell.append(part);
  }
  return cell;
}

// Tab stops at one cell only.
function stopAt(grid, stop) {
  for (const cell of cellsOf(grid)) cell.tabIndex = cell === stop ? 0 : -1;
}

function walk(grid) {
  grid.addEventListener("focusin", (event) => stopAt(grid, event.target.closest(".cell")));
  grid.addEventListener("keydown", (event) => {
    const cells = cellsOf(grid);
    const at = cells.indexOf(event.target.closest(".cell"));
    const row = getComputedStyle(grid).gridTemplateColumns.split(" ").length - Number(grid.classList.contains("headed"));
    const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -row, ArrowDown: row, Home: -at, End: cells.length - 1 - at };
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    cells[at + step]?.focus();
  });
}

// What a cell is, in front of the page while the pointer or the focus is on it.
function tellAbout(grid, tip) {
  const hide = () => {
    tip.hidden = true;
  };
  const show = (event) => {
    const cell = event.target.closest(".cell");
    if (!cell) return;
    tip.textContent = cell.dataset.label;
    tip.hidden = false;
    tip.style.left = `${Math.max(0, Math.min(cell.offsetLeft, grid.clientWidth - tip.offsetWidth))}px`;
    tip.style.top = `${cell.offsetTop + cell.offsetHeight + 4}px`;
  };
  grid.addEventListener("pointerover", show);
  grid.addEventListener("pointerleave", hide);
  grid.addEventListener("focusin", (event) => event.target.matches(":focus-visible") && show(event));
  grid.addEventListener("focusout", hide);
  grid.addEventListener("keyup", (event) => event.key === "Escape" && hide());
}
