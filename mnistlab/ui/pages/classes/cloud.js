// Handlers are assigned, not added: this function runs again after each answer of the page.
export default function ({ parentElement, data, setTriggerValue }) {
  const canvas = parentElement.querySelector("canvas"),
    box = parentElement.querySelector(".hovered");
  const digit = box.querySelector(".digit"),
    words = box.querySelector("span"),
    legend = parentElement.querySelector(".legend");
  const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  if (canvas.positions !== data.positions) {
    canvas.positions = data.positions;
    canvas.points = new Uint16Array(bytes(data.positions).buffer);
    canvas.labels = bytes(data.labels);
    canvas.read = bytes(data.read);
    canvas.at = -1;
  }
  canvas.setAttribute("aria-label", data.alt);
  const { points, labels, read } = canvas,
    count = labels.length,
    margin = 14;
  const x = (i) => margin + (points[2 * i] / 65535) * (canvas.clientWidth - 2 * margin);
  const y = (i) => canvas.clientHeight - margin - (points[2 * i + 1] / 65535) * (canvas.clientHeight - 2 * margin);
  const paint = () => {
    const scale = devicePixelRatio || 1;
    canvas.width = canvas.clientWidth * scale;
    canvas.height = canvas.clientHeight * scale;
    const pen = canvas.getContext("2d");
    pen.scale(scale, scale);
    pen.globalAlpha = 0.7;
    for (let label = 0; label < data.colours.length; label++) {
      pen.fillStyle = data.colours[label];
      for (let i = 0; i < count; i++) if (labels[i] === label && read[i] === label) pen.fillRect(x(i) - 1.5, y(i) - 1.5, 3, 3);
    }
    pen.globalAlpha = 1;
    pen.strokeStyle = data.wrong;
    pen.lineWidth = 1.6;
    pen.beginPath();
    for (let i = 0; i < count; i++)
      if (labels[i] !== read[i]) {
        pen.moveTo(x(i) - 3, y(i) - 3);
        pen.lineTo(x(i) + 3, y(i) + 3);
        pen.moveTo(x(i) - 3, y(i) + 3);
        pen.lineTo(x(i) + 3, y(i) - 3);
      }
    pen.stroke();
    if (canvas.at >= 0) {
      pen.strokeStyle = getComputedStyle(canvas).color;
      pen.lineWidth = 2;
      pen.beginPath();
      pen.arc(x(canvas.at), y(canvas.at), 7, 0, 7);
      pen.stroke();
    }
  };
  const show = (i) => {
    if (i === canvas.at) return;
    canvas.at = i;
    paint();
    box.style.display = i < 0 ? "none" : "block";
    if (i < 0) return;
    const size = 84,
      column = i % data.row,
      row = Math.floor(i / data.row);
    digit.style.backgroundImage = `url(${data.sheet})`;
    digit.style.backgroundSize = `${size * data.row}px auto`;
    digit.style.backgroundPosition = `${-size * column}px ${-size * row}px`;
    words.textContent = `${i}: a ${data.names[labels[i]] ?? labels[i]} read as ${data.names[read[i]] ?? read[i]}`;
    box.style.left = `${Math.min(x(i) + 14, canvas.clientWidth - 96)}px`;
    box.style.top = `${Math.max(4, Math.min(y(i) - 60, canvas.clientHeight - 130))}px`;
  };
  const nearest = (left, top, reach, allowed = () => true) => {
    let best = -1,
      least = reach * reach;
    for (let i = 0; i < count; i++) {
      const far = (x(i) - left) ** 2 + (y(i) - top) ** 2;
      if (far < least && allowed(i)) {
        least = far;
        best = i;
      }
    }
    return best;
  };
  canvas.onpointermove = (event) => show(nearest(event.offsetX, event.offsetY, 12));
  canvas.onpointerleave = () => show(-1);
  canvas.onclick = (event) => {
    const i = nearest(event.offsetX, event.offsetY, 16);
    if (i >= 0) {
      show(i);
      setTriggerValue("picked", i);
    }
  };
  const ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  canvas.onkeydown = (event) => {
    const way = ways[event.key];
    if (event.key === "Enter" && canvas.at >= 0) setTriggerValue("picked", canvas.at);
    else if (way && canvas.at < 0) show(nearest(canvas.clientWidth / 2, canvas.clientHeight / 2, 1e6));
    else if (way) {
      const here = canvas.at,
        [left, top] = [x(here), y(here)];
      const next = nearest(left + 10 * way[0], top + 10 * way[1], 1e6, (i) => (x(i) - left) * way[0] + (y(i) - top) * way[1] > 1);
      if (next >= 0) show(next);
    } else return;
    event.preventDefault();
  };
  const named = JSON.stringify(data.names);
  if (legend.dataset.names !== named) {
    legend.dataset.names = named;
    legend.innerHTML =
      data.colours.map((colour) => `<span><i style="background:${colour}"></i></span>`).join("") +
      `<span><b style="color:${data.wrong}">✕</b> misread</span>`;
    // Names of classes are somebody's words: letters, never HTML.
    data.names.forEach((name, label) => {
      legend.children[label].append(name);
    });
  }
  if (!canvas.observer) {
    canvas.observer = new ResizeObserver(() => canvas.paint());
    canvas.observer.observe(canvas);
  }
  canvas.paint = paint;
  paint();
}
