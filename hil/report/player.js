// One time for everything on the page: scenes, ladder, lamps, curves and bands.
(() => {
  const data = JSON.parse(document.getElementById("run-data").textContent);
  const { stateAt, place, drawScene, KMH } = drawingOf(data);
  const byId = (id) => document.getElementById(id);
  document.documentElement.classList.add("script");

  const slider = byId("time"), clock = byId("clock"), play = byId("play"), rate = byId("rate");
  const scenes = [...document.querySelectorAll(".scene")].map((element, n) => ({
    canvas: element.querySelector("canvas"), hud: element.querySelector(".hud"), run: data.runs[n],
    ladder: element.querySelector(".ladder"), lamps: element.querySelector(".lamps"), refused: element.querySelector(".refused"),
  }));
  const ends = Number(slider.max), REFUSAL_SHOWN_S = 0.4;

  // ---- words and curves that follow the time ----
  function showLadder(badge, state) {
    const word = document.createElement("b");
    word.textContent = state.edge.replace("_", " ").toUpperCase() + " " + (data.ladder[state.edge] || "");
    word.className = "state-" + state.edge;
    const granted = state.reason === "" ? "gateway silent 网关静默"
      : state.reason.toLowerCase() === "allow" ? `gateway allows ${state.gateway.replace("_", " ")} 网关放行`
      : `gateway refuses: ${state.reason} 网关拒绝`;
    badge.replaceChildren(word, granted);
  }

  function showLamps(scene, state, t) {
    const lit = data.lamps.filter(({ bit, inverted }) => ((state.lamps & bit) !== 0) !== inverted);
    scene.lamps.replaceChildren(...lit.map(({ text, css }) => {
      const lamp = document.createElement("span");
      lamp.className = "lamp " + css;
      lamp.textContent = text;
      return lamp;
    }));
    const refused = scene.run.refusals.filter(([from, to]) => from <= t + 1e-6 && t <= to + REFUSAL_SHOWN_S).pop();
    scene.refused.textContent = refused ? `refused 拒绝: ${refused[2]}` : "";
  }

  const READOUT = {
    speed: (s) => (s.speed * KMH).toFixed(1), decel: (s) => s.decel.toFixed(1),
    clearance: (s) => (s.clearance === null ? "–" : s.clearance.toFixed(2)),
  };

  function showStrips(states, t) {
    document.querySelectorAll(".strips figure").forEach((figure) => {
      const svg = figure.querySelector("svg"), cursor = figure.querySelector(".cursor");
      const left = Number(svg.dataset.left), right = Number(svg.dataset.right), x = left + (right - left) * t / ends;
      cursor.setAttribute("x1", x); cursor.setAttribute("x2", x);
      const [on, off] = states.map(READOUT[figure.dataset.key]).reverse();
      figure.querySelector("output").textContent = off === undefined ? on : `without ${off} · with ${on}`;
    });
    document.querySelectorAll(".lane-cursor").forEach((cursor) => { cursor.style.left = `${100 * t / ends}%`; });
  }

  // ---- one time for everything ----
  let now = 0, playing = false, pauseAt = null, before = null;

  function show(t) {
    now = Math.min(ends, Math.max(0, t));
    slider.value = now;
    clock.textContent = now.toFixed(2) + " s";
    const states = scenes.map((scene) => stateAt(scene.run, now));
    const focus = states.map((state) => place(state, -data.truck.length_m * 0.3, 0));
    const middle = (axis) => focus.reduce((sum, point) => sum + point[axis], 0) / focus.length;
    const centre = [middle(0), middle(1) + data.near_sign * 1.8];
    scenes.forEach((scene, n) => {
      drawScene(scene, states[n], now, centre);
      if (scene.ladder) showLadder(scene.ladder, states[n]);
      if (scene.lamps) showLamps(scene, states[n], now);
    });
    showStrips(states, now);
  }

  function setPlaying(on) {
    playing = on; before = null;
    play.textContent = on ? "❚❚ Pause" : "▶ Play";
    if (on) requestAnimationFrame(advance);
  }

  function advance(stamp) {
    if (!playing) return;
    if (before !== null) {
      let next = now + (stamp - before) / 1000 * Number(rate.value);
      if (pauseAt !== null && next >= pauseAt) { next = pauseAt; pauseAt = null; playing = false; }
      if (next >= ends) { next = ends; playing = false; }
      show(next);
    }
    before = stamp;
    if (playing) requestAnimationFrame(advance); else setPlaying(false);
  }

  function toggle() {
    pauseAt = null;
    if (!playing && now >= ends - 0.005) show(data.start_s);
    setPlaying(!playing);
  }

  function jump(t) { pauseAt = null; setPlaying(false); show(t); }

  play.addEventListener("click", toggle);
  slider.addEventListener("input", () => jump(Number(slider.value)));
  document.querySelectorAll("[data-t]").forEach((mark) => mark.addEventListener("click", (event) => {
    event.preventDefault();
    jump(Number(mark.dataset.t));
    byId("replay")?.scrollIntoView({ block: "nearest" });
  }));
  document.querySelectorAll(".lane-time").forEach((lane) => lane.addEventListener("click", (event) => {
    const box = lane.getBoundingClientRect();
    jump(ends * (event.clientX - box.left) / box.width);
  }));
  document.addEventListener("keydown", (event) => {
    if (event.target instanceof HTMLSelectElement || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.code === "Space") { event.preventDefault(); toggle(); }
    if (event.target === slider) return;
    if (event.code === "ArrowRight") jump(now + 0.05);
    if (event.code === "ArrowLeft") jump(now - 0.05);
  });
  // A button with the focus would also click on the space that plays and pauses.
  document.addEventListener("keyup", (event) => { if (event.code === "Space" && event.target instanceof HTMLButtonElement) event.preventDefault(); });
  window.addEventListener("resize", () => show(now));
  window.addEventListener("hashchange", fromAddress);

  function fromAddress() {
    const asked = /^#t=([0-9.]+)$/.exec(window.location.hash);
    if (asked) jump(Number(asked[1]));
    return asked !== null;
  }

  if (!fromAddress()) {
    if (!data.plays) show(data.decisive_s);
    else if (window.matchMedia("(prefers-reduced-motion: reduce)").matches) show(data.decisive_s);
    else { show(data.start_s); pauseAt = data.decisive_s; setPlaying(true); }
  }
})();
