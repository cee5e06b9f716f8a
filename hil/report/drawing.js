"use strict";
// The picture of a run from above on canvas, and its state at a time. World axes: x to the right of the screen, y up.
const drawingOf = (data) => {
  const SWEPT_S = 3, SWEPT_STEP_S = 0.02, CAB_M = 2.3, STALE_S = 0.15, LEAST_PX_PER_M = 11, SMALL_PX_PER_M = 18;
  const SEEN = ["#c2410c", "#7c3aed", "#0369a1", "#4d7c0f"];
  const USER = { cyclist: "#0f766e", pedestrian: "#7a3e9d", vehicle: "#44505c" };
  const USER_PALE = { cyclist: "rgba(15,118,110,.28)", pedestrian: "rgba(122,62,157,.22)", vehicle: "rgba(68,80,92,.3)" };
  const KMH = 3.6;

  // ---- the state of a run at a time ----
  function indexAt(times, t) {  // last index whose time is not after t
    let low = 0, high = times.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (times[middle] <= t + 1e-6) low = middle; else high = middle - 1;
    }
    return low;
  }

  function stateAt(run, t) {
    const at = indexAt(run.t_s, t), next = Math.min(at + 1, run.t_s.length - 1);
    const span = run.t_s[next] - run.t_s[at];
    const share = span > 0 ? Math.min(1, Math.max(0, (t - run.t_s[at]) / span)) : 0;
    const mix = (column) => {
      const a = run[column][at], b = run[column][next];
      return a === null || b === null ? a : a + (b - a) * share;
    };
    const pair = (column) => {
      const a = run[column][at], b = run[column][next];
      return a === null || b === null ? null : a.map((value, n) => value + (b[n] - value) * share);
    };
    return {
      x: mix("x_m"), y: mix("y_m"), heading: mix("heading_rad"), speed: mix("speed_mps"), steer: mix("steer_rad"),
      yawRate: mix("yaw_rate_radps"), decel: mix("decel_mps2"), clearance: mix("clearance_m"),
      users: run.users_m[at].map((place, n) => place.map((value, k) => value + (run.users_m[next][n][k] - value) * share)),
      headings: run.users_rad[at], lie: run.users_lie[at],
      gap: pair("gap_m"), signals: run.signals[at] === 1,
      edge: run.edge_state[at], gateway: run.gateway_state[at], reason: run.reason[at], lamps: run.lamps[at],
      hit: run.contact !== null && t >= run.contact.t_s - 1e-6, over: t > run.t_s[run.t_s.length - 1] + 0.02,
    };
  }

  const place = (state, x, y) => {
    const cos = Math.cos(state.heading), sin = Math.sin(state.heading);
    return [state.x + x * cos - y * sin, state.y + x * sin + y * cos];
  };

  // ---- drawing: everything in metres, the view turns it into pixels ----
  function viewOf(canvas, centre) {
    const ratio = window.devicePixelRatio || 1, box = canvas.getBoundingClientRect();
    const width = Math.round(box.width * ratio), height = Math.round(box.height * ratio);
    if (canvas.width !== width || canvas.height !== height) { canvas.width = width; canvas.height = height; }
    const scale = Math.max(box.width / data.shown_m, LEAST_PX_PER_M), pen = canvas.getContext("2d");
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, box.width, box.height);
    const pixel = ([x, y]) => [box.width / 2 + (x - centre[0]) * scale, box.height / 2 - (y - centre[1]) * scale];
    return { pen, pixel, scale, width: box.width, height: box.height };
  }

  function trace(view, points, closed) {
    points.forEach((point, n) => {
      const [x, y] = view.pixel(point);
      if (n === 0) view.pen.moveTo(x, y); else view.pen.lineTo(x, y);
    });
    if (closed) view.pen.closePath();
  }

  function shape(view, points, fill, stroke, width = 1.5, dash = []) {
    view.pen.beginPath();
    trace(view, points, true);
    if (fill) { view.pen.fillStyle = fill; view.pen.fill(); }
    if (stroke) { view.pen.strokeStyle = stroke; view.pen.lineWidth = width; view.pen.setLineDash(dash); view.pen.stroke(); view.pen.setLineDash([]); }
  }

  function line(view, points, stroke, width, dash = []) {
    view.pen.beginPath();
    trace(view, points, false);
    view.pen.strokeStyle = stroke; view.pen.lineWidth = width; view.pen.setLineDash(dash); view.pen.stroke(); view.pen.setLineDash([]);
  }

  function label(view, point, text, colour, shift = [0, 0], align = "left") {
    const [x, y] = view.pixel(point), pen = view.pen;
    pen.font = "600 12px system-ui, sans-serif"; pen.textAlign = align; pen.textBaseline = "middle";
    pen.lineWidth = 3.5; pen.strokeStyle = "rgba(255,255,255,.92)"; pen.lineJoin = "round";
    pen.strokeText(text, x + shift[0], y + shift[1]);
    pen.fillStyle = colour; pen.fillText(text, x + shift[0], y + shift[1]);
  }

  const box = (at, heading, front, rear, left, right) =>
    [[front, left], [rear, left], [rear, right], [front, right]].map(([x, y]) => place({ x: at[0], y: at[1], heading }, x, y));

  function drawRoad(view) {
    data.road.surface.forEach((outline) => shape(view, outline, "#d3d9de"));
    data.road.lane_lines.forEach((points) => line(view, points, "#fff", 2.5, [16, 13]));
    data.road.kerbs.forEach((points) => line(view, points, "#8b98a5", 3));
  }

  function drawStanding(view) {  // beside the road, as the simulator has it
    const { points, rails, signs, bodies } = data.standing, square = (at, half) => box(at, 0, half, -half, half, -half);
    bodies.forEach((outline) => shape(view, outline, "#9aa5b1", "#6b7885", 1));
    points.forEach((at) => shape(view, square(at, 0.13), "#6b7885"));
    rails.forEach((ends) => { line(view, ends, "#5c6b7a", 5); line(view, ends, "#dfe5ea", 1.5, [3, 9]); });
    signs.forEach((at) => {
      shape(view, square(at, 0.3), "#b3261e", "#fff");
      label(view, at, "sign 标志", "#5c6b7a", [9, 0]);
    });
  }

  function drawLines(view) {  // across the lane: limits of the test, and where something came about
    const half = data.truck.width_m / 2, near = data.near_sign * (half + 5.5), off = -data.near_sign * (half + 2.5);
    data.lines.forEach(({ x_m: x, text, short, is_limit: limit }) => {  // two rows of names: the two kinds may lie close together
      const colour = limit ? "#17212b" : "#1558b0", row = limit ? 11 : 27;
      line(view, [[x, off], [x, near]], colour, limit ? 2 : 2.6, limit ? [7, 4] : []);
      label(view, [x, near], view.scale < SMALL_PX_PER_M ? short : text, colour, [0, data.near_sign < 0 ? row : -row], "center");
    });
  }

  function drawSwept(view, state) {  // present speed and steering kept, about the bogie centre
    if (state.speed < 0.05) return;
    const truck = data.truck, half = truck.width_m / 2;
    let [bx, by] = place(state, truck.bogie_x_m, 0), heading = state.heading;
    view.pen.beginPath();
    for (let t = 0; t <= SWEPT_S; t += SWEPT_STEP_S) {
      const front = { x: bx - truck.bogie_x_m * Math.cos(heading), y: by - truck.bogie_x_m * Math.sin(heading) };
      trace(view, box([front.x, front.y], heading, 0, -truck.length_m, half, -half), true);
      const middle = heading + state.yawRate * SWEPT_STEP_S / 2;
      bx += state.speed * SWEPT_STEP_S * Math.cos(middle);
      by += state.speed * SWEPT_STEP_S * Math.sin(middle);
      heading += state.yawRate * SWEPT_STEP_S;
    }
    view.pen.fillStyle = "rgba(217,119,6,.26)";
    view.pen.fill("nonzero");
  }

  function drawTruck(view, state, t, sensing) {
    const { length_m: length, width_m: width, bogie_x_m: bogie, front_axle_x_m: first } = data.truck;
    const at = [state.x, state.y], half = width / 2, heading = state.heading;
    const wheels = [[first, state.steer], [first - 1.9, state.steer * 0.75], [bogie + 0.68, 0], [bogie - 0.68, 0]];
    wheels.forEach(([x, steer]) => [half - 0.12, 0.12 - half].forEach((y) =>
      shape(view, box(place(state, x, y), heading + steer, 0.5, -0.5, 0.17, -0.17), "#22272c")));
    shape(view, box(at, heading, -CAB_M - 0.15, -length, half, -half), "#c9a227", "#4a3c07");
    shape(view, box(at, heading, -CAB_M - 0.5, -length + 0.35, half - 0.3, 0.3 - half), "#b08d1c");
    shape(view, box(at, heading, 0, -CAB_M, half, -half), "#f0c93d", "#4a3c07");
    shape(view, box(at, heading, -0.2, -0.65, half - 0.2, 0.2 - half), "#5b7487");
    if (state.signals && (t * 1.5) % 1 < 0.6) {
      [0, -3.0].forEach((x) => {
        const [px, py] = view.pixel(place(state, x - 0.15, data.near_sign * (half + 0.02)));
        view.pen.beginPath(); view.pen.arc(px, py, 5.5, 0, 7); view.pen.fillStyle = "#ff9d00"; view.pen.fill();
        view.pen.strokeStyle = "#7a4600"; view.pen.lineWidth = 1; view.pen.stroke();
      });
    }
    if (state.decel > 0.3) {
      [half - 0.3, 0.3 - half].forEach((y) => shape(view, box(place(state, -length + 0.08, y), heading, 0.08, -0.08, 0.25, -0.25), "#e11d1d"));
    }
    if (sensing) data.radars.forEach((radar, n) => drawRadar(view, state, radar, SEEN[n % SEEN.length]));
  }

  function drawRadar(view, state, radar, colour) {
    const [x, y] = view.pixel(place(state, radar.x_m, radar.y_m)), pen = view.pen;
    const middle = -(state.heading + radar.yaw_rad);
    pen.beginPath(); pen.moveTo(x, y);
    pen.arc(x, y, 1.6 * view.scale, middle - radar.half_view_rad, middle + radar.half_view_rad);
    pen.closePath(); pen.globalAlpha = 0.18; pen.fillStyle = colour; pen.fill(); pen.globalAlpha = 1;
    pen.beginPath(); pen.arc(x, y, 3, 0, 7); pen.fill(); pen.strokeStyle = "#fff"; pen.lineWidth = 1; pen.stroke();
  }

  function drawUser(view, user, at, isHit) {
    const { size_m: [length, width], heading, look } = user, name = user.kind.replaceAll("_", " ");
    const colour = isHit ? "#b3261e" : USER[look];
    shape(view, box(at, heading, length / 2, -length / 2, width / 2, -width / 2), isHit ? "rgba(179,38,30,.25)" : USER_PALE[look], colour, 1.5);
    if (look === "cyclist") {
      line(view, [place({ x: at[0], y: at[1], heading }, length / 2, 0), place({ x: at[0], y: at[1], heading }, -length / 2, 0)], colour, 3.5);
      line(view, [place({ x: at[0], y: at[1], heading }, 0.35, width / 2), place({ x: at[0], y: at[1], heading }, 0.35, -width / 2)], colour, 2.5);
    }
    const [x, y] = view.pixel(at);
    if (look !== "vehicle") {
      view.pen.beginPath(); view.pen.arc(x, y, 0.26 * view.scale, 0, 7); view.pen.fillStyle = colour; view.pen.fill();
      view.pen.strokeStyle = "#fff"; view.pen.lineWidth = 1.2; view.pen.stroke();
    }
    const aside = (length / 2) * view.scale + 5;
    if (isHit || look === "cyclist") label(view, at, isHit ? name + " hit" : name, colour, [-aside, 0], "right");
    else label(view, at, name, colour, [aside + 12, 0]);  // often before the truck, where his left is the cab
  }

  function drawGap(view, state) {
    if (state.gap === null || state.hit) return;
    const [ax, ay, bx, by] = state.gap;
    line(view, [[ax, ay], [bx, by]], "#17212b", 1.5);
    const upright = Math.abs(by - ay) > Math.abs(bx - ax);
    label(view, [(ax + bx) / 2, (ay + by) / 2], state.clearance.toFixed(2) + " m", "#17212b", upright ? [8, data.near_sign * 3] : [0, -10], upright ? "left" : "center");
  }

  function stepsAt(run, t) {  // newest step of each radar, and the newest of all for the tracks
    const newest = new Map();
    let last = null;
    for (const step of run.steps) {
      if (step.t_s > t + 0.025) break;
      if (t - step.t_s < STALE_S * run.frames_kept) { newest.set(step.radar, step); last = step; }
    }
    return { newest, last };
  }

  function drawSeen(view, points, n) {
    const pen = view.pen;
    pen.fillStyle = SEEN[n % SEEN.length]; pen.strokeStyle = "#fff"; pen.lineWidth = 0.7;
    for (let k = 0; k < points.length; k += 2) {
      const [x, y] = view.pixel([points[k], points[k + 1]]);
      pen.beginPath();
      if (n % 2 === 0) pen.arc(x, y, 3.2, 0, 7);
      else { pen.moveTo(x, y - 4.4); pen.lineTo(x + 4.4, y); pen.lineTo(x, y + 4.4); pen.lineTo(x - 4.4, y); pen.closePath(); }
      pen.fill(); pen.stroke();
    }
  }

  function drawTrack(view, [id, x, y, vx, vy, length, width, moving, confirmed]) {
    const speed = Math.hypot(vx, vy), heading = speed > 0.3 ? Math.atan2(vy, vx) : 0;
    const front = Math.max(length, 0.4) / 2, side = Math.max(width, 0.4) / 2;
    if (!moving) {
      shape(view, box([x, y], heading, front, -front, side, -side), null, confirmed ? "#4b5763" : "#9aa5af", 1.4, [4, 3]);
      return;
    }
    shape(view, box([x, y], heading, front, -front, side, -side), null, "#111", confirmed ? 2.4 : 1.4);
    const from = view.pixel([x, y]), to = view.pixel([x + vx * 0.6, y + vy * 0.6]), pen = view.pen;
    const angle = Math.atan2(to[1] - from[1], to[0] - from[0]);
    line(view, [[x, y], [x + vx * 0.6, y + vy * 0.6]], "#111", 2.4);
    pen.beginPath(); pen.moveTo(to[0] + 7 * Math.cos(angle), to[1] + 7 * Math.sin(angle));
    [2.5, -2.5].forEach((turn) => pen.lineTo(to[0] + 7 * Math.cos(angle + turn), to[1] + 7 * Math.sin(angle + turn)));
    pen.closePath(); pen.fillStyle = "#111"; pen.fill();
    label(view, [x, y], `track ${id}: ${(speed * KMH).toFixed(0)} km/h`, "#111", [0, data.near_sign * -(side * view.scale + 22)], "center");
  }

  function drawContact(view, run, state) {
    if (!state.hit) return;
    const [x, y] = view.pixel(place(state, ...run.contact.at_m)), pen = view.pen;
    pen.beginPath();
    for (let n = 0; n < 10; n += 1) {
      const radius = n % 2 ? 6 : 14, angle = n * Math.PI / 5;
      pen.lineTo(x + radius * Math.sin(angle), y - radius * Math.cos(angle));
    }
    pen.closePath(); pen.fillStyle = "#e11d1d"; pen.fill(); pen.strokeStyle = "#fff"; pen.lineWidth = 1.5; pen.stroke();
    label(view, place(state, ...run.contact.at_m), `contact ${(run.contact.speed_mps * KMH).toFixed(1)} km/h`, "#b3261e", [18, 0]);
  }

  function drawScene(scene, state, t, centre) {
    const view = viewOf(scene.canvas, centre), run = scene.run;
    drawRoad(view);
    drawStanding(view);
    drawLines(view);
    drawSwept(view, state);
    drawTruck(view, state, t, run.system);
    data.users.forEach((user, n) => drawUser(view, { ...user, size_m: state.lie[n] ? user.lying_m : user.upright_m, heading: state.headings[n] }, state.users[n], state.hit && run.contact.user === n));
    const { newest, last } = stepsAt(run, t);
    data.radars.forEach((radar, n) => { if (newest.has(radar.name)) drawSeen(view, newest.get(radar.name).seen_m, n); });
    if (last) last.tracks.forEach((track) => drawTrack(view, track));
    drawGap(view, state);
    drawContact(view, run, state);
    const gap = state.clearance === null ? "" : state.hit ? " · contact 碰撞" : ` · ${state.clearance.toFixed(2)} m away 间距`;
    const stands = state.speed < 0.14 ? "stands 停住" : `${(state.speed * KMH).toFixed(1)} km/h`;
    scene.hud.textContent = (state.over ? "run ended 结束 · " : "") + stands + gap;
  }

  return { stateAt, place, drawScene, KMH };
};
