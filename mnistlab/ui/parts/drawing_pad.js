// Handlers are assigned, not added: this function runs again after each answer of the page. What is drawn is kept on the canvas itself.
export default function ({ parentElement, setStateValue, data }) {
  const canvas = parentElement.querySelector("canvas");
  const status = parentElement.querySelector("span");
  const hint = parentElement.querySelector(".hint");
  const pen = canvas.getContext("2d");
  const width = 20 * (data?.brush ?? 2.6);
  if (!canvas.strokes || canvas.throw !== data?.throw) {
    canvas.strokes = [];
    canvas.spot = [500, 500];
    canvas.down = false;
    canvas.throw = data?.throw;
  }
  const strokes = () => canvas.strokes;
  const paint = () => {
    hint.hidden = strokes().length > 0 || canvas.keys === true;
    pen.clearRect(0, 0, 560, 560);
    pen.lineCap = pen.lineJoin = "round";
    pen.strokeStyle = "#fff";
    pen.lineWidth = width;
    for (const stroke of strokes()) {
      pen.beginPath();
      pen.moveTo(stroke[0] * 0.56, stroke[1] * 0.56);
      for (let i = 0; i < stroke.length; i += 2) pen.lineTo(stroke[i] * 0.56, stroke[i + 1] * 0.56);
      pen.stroke();
    }
    if (canvas.keys) {
      pen.beginPath();
      pen.arc(canvas.spot[0] * 0.56, canvas.spot[1] * 0.56, width / 2 + 3, 0, 7);
      pen.lineWidth = 3;
      pen.strokeStyle = canvas.down ? "#f80" : "#8cf";
      pen.stroke();
    }
  };
  let last = 0;
  const send = (now) => {
    if (!now && performance.now() - last < 180) return;
    last = performance.now();
    setStateValue(
      "strokes",
      strokes().map((stroke) => stroke.slice()),
    );
  };
  const place = (event) => {
    const box = canvas.getBoundingClientRect();
    const part = (value, start, side) => Math.max(0, Math.min(1000, Math.round((1000 * (value - start)) / side)));
    return [part(event.clientX, box.left, box.width), part(event.clientY, box.top, box.height)];
  };
  canvas.onpointerdown = (event) => {
    if (event.button > 0 || strokes().length >= 400) return;
    event.preventDefault();
    canvas.setPointerCapture(event.pointerId);
    canvas.pointer = event.pointerId;
    canvas.keys = false;
    strokes().push([...place(event), ...place(event)]);
    paint();
  };
  canvas.onpointermove = (event) => {
    if (canvas.pointer !== event.pointerId) return;
    const stroke = strokes().at(-1),
      spot = place(event);
    const far = Math.hypot(spot[0] - stroke.at(-2), spot[1] - stroke.at(-1));
    if (far >= 6 && stroke.length < 4000) {
      stroke.push(...spot);
      paint();
      send(false);
    }
  };
  canvas.onpointerup = canvas.onpointercancel = (event) => {
    if (canvas.pointer !== event.pointerId) return;
    canvas.pointer = null;
    send(true);
  };
  const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  canvas.onkeydown = (event) => {
    const step = event.shiftKey ? 100 : 40,
      move = moves[event.key];
    if (move) {
      canvas.keys = true;
      canvas.spot = canvas.spot.map((value, i) => Math.max(0, Math.min(1000, value + step * move[i])));
      if (canvas.down) {
        strokes()
          .at(-1)
          .push(...canvas.spot);
        send(true);
      }
    } else if (event.key === " ") {
      canvas.keys = true;
      canvas.down = !canvas.down;
      if (canvas.down) strokes().push([...canvas.spot, ...canvas.spot]);
      status.textContent = canvas.down ? "pen down" : "pen up";
      send(true);
    } else if (event.key === "Backspace") {
      undo();
    } else return;
    event.preventDefault();
    paint();
  };
  const undo = () => {
    strokes().pop();
    canvas.down = false;
    paint();
    send(true);
  };
  parentElement.querySelector(".undo").onclick = undo;
  parentElement.querySelector(".clear").onclick = () => {
    canvas.strokes = [];
    canvas.down = false;
    paint();
    send(true);
  };
  paint();
}
