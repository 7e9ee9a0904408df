// Handlers are assigned, not added: this function runs again after each answer of the page.
export default function ({ parentElement, data, setTriggerValue }) {
  const find = (name) => parentElement.querySelector(name);
  const dream = find(".dream"),
    original = find(".original"),
    areas = find(".areas"),
    line = find(".line");
  if (dream.getAttribute("src") !== data.dream) dream.src = data.dream;
  if (original.getAttribute("src") !== data.original) original.src = data.original;
  dream.alt = data.alt;
  const range = find("input");
  const divide = () => {
    const share = data.divider ? Number(range.value) : 0;
    original.style.clipPath = `inset(0 ${100 - share}% 0 0)`;
    line.style.left = `${share}%`;
  };
  range.oninput = divide;
  const board = find(".board");
  board.classList.toggle("divided", data.divider);
  const drag = (event) => {
    if (!data.divider || !(event.buttons & 1)) return;
    const place = board.getBoundingClientRect();
    range.value = (100 * (event.clientX - place.left)) / place.width;
    divide();
  };
  board.onpointermove = drag;
  board.onpointerdown = (event) => {
    if (!data.divider) return;
    event.preventDefault();
    board.setPointerCapture(event.pointerId);
    drag(event);
  };
  for (const part of [range, line, find(".left"), find(".right")]) part.hidden = !data.divider;
  areas.hidden = data.divider;
  const signature = JSON.stringify(data.areas);
  if (areas.dataset.signature !== signature) {
    areas.dataset.signature = signature;
    const focused = parentElement.activeElement?.dataset?.name ?? parentElement.getRootNode().activeElement?.dataset?.name;
    areas.replaceChildren(
      ...data.areas.map((area) => {
        const button = document.createElement("button");
        button.type = "button";
        button.dataset.name = area.name;
        button.title = area.label;
        button.setAttribute("aria-label", area.label);
        button.setAttribute("aria-pressed", String(area.chosen));
        button.className = `${area.on ? "" : "off"} ${area.frame ? "frame" : ""}`;
        const side = 100 / 2 ** area.level;
        Object.assign(button.style, { left: `${side * area.column}%`, top: `${side * area.row}%`, width: `${side}%`, height: `${side}%` });
        button.onclick = () => setTriggerValue("picked", area.name);
        return button;
      }),
    );
    if (focused) areas.querySelector(`[data-name="${CSS.escape(focused)}"]`)?.focus();
  }
  divide();
}
