"use strict";
(() => {
  // One picture for the view: dragged, it moves; let go, the next one is asked for.
  const view = JSON.parse(document.getElementById("view").textContent);
  const frame = document.getElementById("map");
  let picture = frame.querySelector("img");
  let box = view.box.slice(), shift = [0, 0], drag = null, timer = 0, latest = 0;
  const url = () => view.url + "&BBOX=" + box.join(",") + "&WIDTH=" + view.width + "&HEIGHT=" + view.height;
  const place = () => { picture.style.transform = "translate(" + shift[0] + "px," + shift[1] + "px)"; };
  const load = () => {
    const number = ++latest, next = new Image();
    next.alt = picture.alt;
    next.onload = () => {
      if (number !== latest || drag) return;
      picture.replaceWith(next);
      picture = next;
      picture.draggable = false;
      shift = [0, 0];
    };
    next.src = url();
  };
  const unit = () => (box[2] - box[0]) / frame.clientWidth;
  picture.draggable = false;
  frame.addEventListener("pointerdown", event => {
    drag = { x: event.clientX, y: event.clientY, shift: shift.slice() };
    frame.setPointerCapture(event.pointerId);
  });
  frame.addEventListener("pointermove", event => {
    if (!drag) return;
    shift = [drag.shift[0] + event.clientX - drag.x, drag.shift[1] + event.clientY - drag.y];
    place();
  });
  frame.addEventListener("pointerup", event => {
    if (!drag) return;
    const dx = (drag.x - event.clientX) * unit(), dy = (event.clientY - drag.y) * unit();
    box = [box[0] + dx, box[1] + dy, box[2] + dx, box[3] + dy];
    drag = null;
    load();
  });
  frame.addEventListener("pointercancel", () => { drag = null; load(); });
  frame.addEventListener("wheel", event => {
    event.preventDefault();
    const edge = frame.getBoundingClientRect();
    const x = box[0] + (event.clientX - edge.left) / edge.width * (box[2] - box[0]);
    const y = box[3] - (event.clientY - edge.top) / edge.height * (box[3] - box[1]);
    const factor = event.deltaY > 0 ? 1.5 : 1 / 1.5;
    box = [x + (box[0] - x) * factor, y + (box[1] - y) * factor,
      x + (box[2] - x) * factor, y + (box[3] - y) * factor];
    clearTimeout(timer);
    timer = setTimeout(load, 150);
  }, { passive: false });
})();
