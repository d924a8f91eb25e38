"use strict";
(() => {
  const part = (name) => document.getElementById("dkx-" + name);
  const data = JSON.parse(part("data").textContent);
  const stage = part("stage"), panel = part("panel"), outline = part("outline"), search = part("search");
  const svg = stage.querySelector("svg");
  const space = "http://www.w3.org/2000/svg";
  const whole = svg.viewBox.baseVal;
  const full = { x: whole.x, y: whole.y, width: whole.width, height: whole.height };
  const inside = window.parent !== window;

  // -- what there is: boxes, links, and the elements that show them -----------------------------------
  const groups = [...svg.querySelectorAll(".dk-boxes g[data-id]")];
  const boxes = data.boxes.map((box, i) => {
    const rect = groups[i].querySelector("rect");
    const number = (name) => Number(rect.getAttribute(name));
    return {
      ...box, at: i, g: groups[i], causes: [], effects: [], home: { x: number("x"), y: number("y") },
      x: number("x"), y: number("y"), width: number("width"), height: number("height"),
    };
  });
  const halos = [], links = [], signs = [...svg.querySelectorAll(".dk-links > .dk-dot")];
  for (const path of svg.querySelectorAll(".dk-links path")) {
    if (path.classList.contains("dk-halo")) halos.push(path);
    else if (path.hasAttribute("data-from")) {
      const head = path.nextElementSibling;
      const halo = halos.shift(), link = data.links[links.length];
      const tip = head && head.classList.contains("dk-head") ? head : null;
      const dots = link.signs.map(([at, x, y]) => ({ one: signs[at], x, y })).filter(({ one }) => one);
      links.push({
        ...link, path, dots, tip, shown: [path, halo, tip, ...dots.map(({ one }) => one)].filter(Boolean),
        curves: [path, halo].filter(Boolean).map((one) => [one, one.getAttribute("d")]),
      });
    }
  }
  for (const link of links) {
    boxes[link.effect].causes.push(link);
    boxes[link.cause].effects.push(link);
  }
  const reach = (start, ends, end) => {
    const found = new Set([start]);
    for (const i of found) for (const link of boxes[i][ends]) found.add(link[end]);
    return found;
  };
  const below = (i) => reach(i, "causes", "cause");
  const above = (i) => reach(i, "effects", "effect");
  const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const haystacks = [];
  const haystack = (i) => haystacks[i] ??= plain(
    [boxes[i].id, boxes[i].text, ...boxes[i].notes, ...boxes[i].more.flat()].join("\n"));
  const make = (name, words, where, kind) => {
    const one = document.createElement(name);
    if (words !== undefined) one.textContent = words;
    if (kind) one.className = kind;
    if (where) where.append(one);
    return one;
  };
  const say = (words) => { part("said").textContent = words; };
  const count = (n, one, many) => n + " " + (n === 1 ? one : many);

  // -- what is shown: folding --------------------------------------------------------------------------
  const closed = new Set(), opened = new Set();
  const last = data.levels.length - 1;
  let deepest = Infinity;
  let visible = new Set();
  const walk = (roots, seen, free) => {
    for (const i of roots) seen.add(i);
    for (const i of seen) {
      if (!free && closed.has(i)) continue;
      for (const { cause } of boxes[i].causes)
        if (free || opened.has(i) || boxes[cause].level <= deepest) seen.add(cause);
    }
    return seen;
  };
  const roots = boxes.filter((box) => !box.effects.length).map((box) => box.at);
  const reached = walk(roots, new Set(), true);
  for (const box of boxes) if (!reached.has(box.at)) { roots.push(box.at); walk([box.at], reached, true); }

  // -- frames around boxes: how far each reaches beyond them, so that it can follow those that are left ---
  const frames = [...svg.querySelectorAll(".dk-groups > .dk-group")].map((g, at) => {
    const rect = g.querySelector("rect"), some = data.groups[at].map((i) => boxes[i]);
    const number = (name) => Number(rect.getAttribute(name));
    const left = Math.min(...some.map((b) => b.x)), right = Math.max(...some.map((b) => b.x + b.width));
    const top = Math.min(...some.map((b) => b.y)), low = Math.max(...some.map((b) => b.y + b.height));
    const words = [...g.querySelectorAll("text")].map((one) => ({ one, x: Number(one.getAttribute("x")), y: Number(one.getAttribute("y")) }));
    const air = {
      left: left - number("x"), top: top - number("y"),
      right: number("x") + number("width") - right, low: number("y") + number("height") - low,
    };
    const frame = { g, rect, some, words, air, left, top, low, below: words.length > 0 && words[0].y > low };
    for (const box of some) box.frame = frame;
    return frame;
  });

  const handles = [], headings = [...svg.querySelectorAll(".dk-heading")];
  const layer = document.createElementNS(space, "g");
  layer.setAttribute("aria-hidden", "true");
  for (const box of boxes) {
    if (!box.causes.length) continue;
    const handle = document.createElementNS(space, "g");
    handle.setAttribute("class", "dkx-handle");
    handle.dataset.fold = box.at;
    const pill = handle.appendChild(document.createElementNS(space, "rect"));
    const words = handle.appendChild(document.createElementNS(space, "text"));
    layer.append(handle);
    handles[box.at] = { handle, pill, words };
  }
  svg.append(layer);

  // Boxes that are folded away leave no hole: what lies between the boxes that are left is shortened, for
  // all of them alike, so that each keeps its neighbours and the lines keep their shape.
  const axis = data.direction === "down" ? "x" : "y", extent_of = axis === "x" ? "width" : "height";
  // What a box takes along the axis, with the frame that it may be the first or the last one in.
  const span = (box) => {
    const [before, behind] = axis === "y" ? ["top", "low"] : ["left", "right"];
    return [box.home[axis] - (box.frame?.air[before] ?? 0), box.home[axis] + box[extent_of] + (box.frame?.air[behind] ?? 0)];
  };
  const firsts = Math.min(...boxes.map((box) => span(box)[0]), Infinity);
  const lasts = Math.max(...boxes.map((box) => span(box)[1]), -Infinity);
  const most = 26, heading = 14;
  const legend = svg.querySelector(".dk-legend");
  // The entries of the legend, each with what it explains; a text without a sample goes on with the one before.
  const entries = [];
  const texts = legend ? [...legend.children].filter((one) => one.localName === "text") : [];
  if (texts.length === data.legend.length) {
    let shapes = [];
    for (const one of legend ? [...legend.children] : []) {
      shapes.push(one);
      if (one.localName !== "text") continue;
      const [shown, lines, edges] = data.legend[texts.indexOf(one)];
      if (shapes.length > 1 || !entries.length)
        entries.push({ g: document.createElementNS(space, "g"), shown, lines, shapes: [], edges: [...edges] });
      const entry = entries.at(-1);
      entry.shapes.push(...shapes);
      entry.edges = edges.map((edge, i) => Math[i < 2 ? "min" : "max"](edge, entry.edges[i]));
      shapes = [];
    }
    for (const { g, shapes } of entries) {
      legend.insertBefore(g, shapes[0]);
      g.append(...shapes);
    }
  }
  const legend_top = Math.min(...entries.map(({ edges }) => edges[1])), legend_left = Math.min(...entries.map(({ edges }) => edges[0]));
  let legend_low = Math.max(...entries.map(({ edges }) => edges[3]), -Infinity);
  const legend_end = legend_low;
  // What nothing shows any more needs no word; what is left stands in rows that are as wide as the drawing.
  const explain = (some, up) => {
    if (!legend) return 0;
    const whole = some.length === boxes.length;
    if (whole || !entries.length) {
      for (const { g } of entries) { g.removeAttribute("transform"); g.classList.remove("dkx-gone"); }
      if (up) legend.setAttribute("transform", `translate(0 ${-up})`);
      else legend.removeAttribute("transform");
      legend_low = legend_end - up;
      return 0;
    }
    legend.removeAttribute("transform");
    const there = new Set(some.map((box) => box.at));
    const left = Math.max(legend_left, Math.min(...some.map((b) => b.x)));
    const right = Math.max(left + 430, ...some.map((b) => b.x + b.width));
    let x = left, y = legend_top - up, low = y;
    for (const { g, shown, lines, edges } of entries) {
      const kept = (!shown.length && !lines.length) || shown.some((i) => there.has(i))
        || lines.some((i) => there.has(links[i].cause) && there.has(links[i].effect));
      g.classList.toggle("dkx-gone", !kept);
      if (!kept) continue;
      const [from, top, to, end] = edges;
      if (x > left && x + to - from > right) { x = left; y = low + 6; }
      g.setAttribute("transform", `translate(${x - from} ${y - top})`);
      x += to - from + 22;
      low = Math.max(low, y + end - top);
    }
    legend_low = low;
    return low - (legend_end - up);
  };
  let gone = 0, taller = 0;
  const cuts = (some) => {
    const spans = some.map(span).sort((a, b) => a[0] - b[0]);
    const found = [];
    let end = firsts, room = heading;
    for (const [from, to] of spans) {
      if (from - end > room) found.push([end + room, from - end - room]);
      if (to > end) { end = to; room = most; }
    }
    if (lasts - end > 0) found.push([end, lasts - end]);
    return found;
  };
  const pack = (some) => {
    // Without columns, as on a fishbone, the lines slant and are not to be shortened.
    const found = some.length === boxes.length || !data.levels.length ? [] : cuts(some);
    const moved = (value) => {
      let less = 0;
      for (const [from, long] of found) {
        if (value <= from) break;
        less += Math.min(long, value - from);
      }
      return value - less;
    };
    const shift = (one, by) => {
      if (by) one.setAttribute("transform", axis === "x" ? `translate(${by} 0)` : `translate(0 ${by})`);
      else one.removeAttribute("transform");
    };
    // A sign stays on its line, which bends where it was shortened.
    const on_line = (path, dot) => {
      const other = axis === "y" ? "x" : "y", long = path.getTotalLength();
      let best = null;
      for (let i = 0; i <= 60; i++) {
        const at = path.getPointAtLength(long * i / 60);
        if (!best || Math.abs(at[other] - dot[other]) < Math.abs(best[other] - dot[other])) best = at;
      }
      return best[axis];
    };
    gone = found.reduce((sum, [, long]) => sum + long, 0);
    for (const box of boxes) {
      box[axis] = moved(box.home[axis]);
      shift(box.g, box[axis] - box.home[axis]);
    }
    for (const frame of frames) {
      const left = frame.some.filter((box) => some.includes(box));
      frame.g.classList.toggle("dkx-gone", !left.length);
      if (!left.length) continue;
      const { air } = frame, x = Math.min(...left.map((b) => b.x)), y = Math.min(...left.map((b) => b.y));
      const right = Math.max(...left.map((b) => b.x + b.width)), low = Math.max(...left.map((b) => b.y + b.height));
      const place = { x: x - air.left, y: y - air.top, width: right - x + air.left + air.right, height: low - y + air.top + air.low };
      for (const [name, value] of Object.entries(place)) frame.rect.setAttribute(name, value);
      for (const word of frame.words) {
        word.one.setAttribute("x", word.x + x - frame.left);
        word.one.setAttribute("y", word.y + (frame.below ? low - frame.low : y - frame.top));
      }
    }
    for (const link of links) {
      for (const [one, d] of link.curves)
        one.setAttribute("d", !gone ? d : d.replace(/(-?[\d.]+(?:e-?\d+)?) (-?[\d.]+(?:e-?\d+)?)/g, (_, x, y) =>
          axis === "x" ? `${moved(Number(x))} ${y}` : `${x} ${moved(Number(y))}`));
      const effect = boxes[link.effect];
      if (link.tip) shift(link.tip, effect[axis] - effect.home[axis]);
      for (const dot of link.dots) shift(dot.one, gone ? on_line(link.path, dot) - dot[axis] : 0);
    }
    const end = (those) => Math.max(...those.map((box) => box.y + box.height));
    taller = some.length ? explain(some, axis === "y" ? gone : end(boxes) - end(some)) : 0;
  };

  const folded = (i) => visible.size === boxes.length ? 0
    : [...below(i)].filter((one) => !visible.has(one)).length;
  const lay = () => {
    visible = walk(roots.filter((i) => boxes[i].level <= deepest || deepest === Infinity), new Set(), false);
    for (const box of boxes) {
      const outer = box.g.parentNode.localName === "a" ? box.g.parentNode : box.g;
      outer.classList.toggle("dkx-gone", !visible.has(box.at));
    }
    pack(boxes.filter((box) => visible.has(box.at)));
    for (const link of links) {
      const there = visible.has(link.cause) && visible.has(link.effect);
      for (const one of link.shown) one.classList.toggle("dkx-gone", !there);
    }
    for (const box of boxes) {
      const own = handles[box.at];
      // All that stands in the box, so that whoever says what they see is understood.
      let words = [box.kind + ": " + box.text, ...[...box.g.querySelectorAll(".dk-note")].map((one) => one.textContent)].join(" ") + ".";
      if (own) {
        const hidden = visible.has(box.at) ? folded(box.at) : 0;
        const text = hidden ? "+" + hidden : "−";
        const wide = 10 + 7 * text.length, high = 17;
        const left = data.direction === "right" ? box.x - wide / 2 : box.x + box.width - wide / 2;
        const top = box.y + box.height - high / 2;
        for (const [name, value] of Object.entries({ x: left, y: top, width: wide, height: high, rx: high / 2 }))
          own.pill.setAttribute(name, value);
        own.words.setAttribute("x", left + wide / 2);
        own.words.setAttribute("y", top + 12.5);
        own.words.textContent = text;
        own.handle.classList.toggle("closed", hidden > 0);
        own.handle.classList.toggle("dkx-gone", !visible.has(box.at));
        words += " " + count(box.causes.length, "cause", "causes") + (hidden ? ", folded away" : "") + ".";
      }
      if (box.effects.length) words += " Contributes to " + count(box.effects.length, "box", "boxes") + ".";
      box.said = words;
    }
    headings.forEach((heading, level) => heading.classList.toggle(
      "dkx-gone", !boxes.some((box) => box.level === level && visible.has(box.at))));
    const focused = boxes.find((box) => box.g === document.activeElement);
    if (focused && !visible.has(focused.at)) stage.focus();
    show();
  };
  const fold = (i) => {
    if (!handles[i]) return;
    if (folded(i)) { closed.delete(i); opened.add(i); }
    else { closed.add(i); opened.delete(i); }
    lay();
    const hidden = folded(i);
    say(!closed.has(i) ? "Causes of " + boxes[i].id + " are shown."
      : hidden ? count(hidden, "box", "boxes") + " behind " + boxes[i].id + " folded away."
        : "All causes of " + boxes[i].id + " also belong to other boxes, and stay.");
  };
  const reveal = (i) => {
    if (visible.has(i)) return;
    for (const one of above(i)) { closed.delete(one); if (one !== i) opened.add(one); }
    lay();
  };

  // -- what stands out: hover, focus, choice, search ---------------------------------------------------
  let hovered = null, link = null, keyed = null, found = null, turn = -1;
  // Where the pointer was when the picture moved under it: until it moves itself, nobody points at anything.
  let pointer = null, resting = null;
  const rest = () => { hovered = link = null; resting = pointer; };
  // In the order in which they were picked.
  const picks = new Set();
  const buttons = [...outline.querySelectorAll("[data-node]")];
  const show = () => {
    let keep = null, lines = null;
    const hits = found && new Set(found);
    const centre = hovered ?? keyed;
    const about = (centre !== null ? [centre] : found ? [] : [...picks]).filter((i) => visible.has(i));
    if (link) {
      keep = new Set([link.cause, link.effect]);
      lines = (one) => one === link;
    } else if (about.length) {
      const near = about.flatMap((i) => [below(i), above(i)]);
      keep = new Set(near.flatMap((some) => [...some]));
      lines = (one) => near.some((some) => some.has(one.cause) && some.has(one.effect));
    } else if (found) {
      // The find at which one is has its causes and effects beside it.
      const here = turn >= 0 && picks.has(found[turn]) ? [below(found[turn]), above(found[turn])] : [];
      keep = new Set([...found, ...here.flatMap((some) => [...some])]);
      lines = (one) => here.some((some) => some.has(one.cause) && some.has(one.effect))
        || (found.includes(one.cause) && found.includes(one.effect));
    }
    for (const box of boxes) {
      box.g.classList.toggle("dkx-faded", keep !== null && !keep.has(box.at) && !(picks.size > 1 && picks.has(box.at)));
      box.g.classList.toggle("dkx-found", hits !== null && hits.has(box.at));
      const picked = picks.has(box.at);
      box.g.classList.toggle("dkx-chosen", picked);
      const name = box.said + (picked ? " Picked." : "");
      if (name !== box.name) box.g.setAttribute("aria-label", box.name = name);
      handles[box.at]?.handle.classList.toggle("shown", picked || box.at === hovered || box.at === keyed);
    }
    for (const frame of frames)
      frame.g.classList.toggle("dkx-faded", keep !== null && !frame.some.some((box) => keep.has(box.at)));
    for (const one of links) {
      const faded = keep !== null && !lines(one);
      if (faded === one.faded) continue;
      one.faded = faded;
      for (const shape of one.shown) if (!shape.classList.contains("dk-halo")) shape.classList.toggle("dkx-faded", faded);
    }
    for (const button of buttons) {
      const i = Number(button.dataset.node);
      button.classList.toggle("dkx-chosen", picks.has(i));
      button.classList.toggle("dkx-found", hits !== null && hits.has(i));
      button.classList.toggle("dkx-faded", hits !== null && !hits.has(i));
      if (picks.has(i)) button.setAttribute("aria-current", "true");
      else button.removeAttribute("aria-current");
    }
  };

  const seek = () => {
    const words = plain(search.value).split(/\s+/).filter(Boolean);
    turn = -1;
    found = words.length
      ? boxes.filter((box) => words.every((word) => haystack(box.at).includes(word))).map((box) => box.at) : null;
    part("count").textContent = found ? found.length + " of " + boxes.length : "";
    if (found) say(found.length + " of " + count(boxes.length, "box", "boxes") + " found.");
    keyed = null;
    rest();
    show();
  };
  const next = (step) => {
    if (!found || !found.length) return;
    turn = (turn + step + found.length) % found.length;
    if (turn < 0) turn = 0;
    const i = found[turn];
    part("count").textContent = turn + 1 + " of " + found.length + " found";
    choose([i]);
    look(boxes[i]);
    say(turn + 1 + " of " + found.length + ": " + boxes[i].text);
  };

  // -- the panel: what is known of a box ---------------------------------------------------------------
  const list = (title, some, end) => {
    if (!some.length) return;
    make("h3", title, panel);
    const all = make("ul", undefined, panel);
    for (const one of some) {
      const other = boxes[one[end]], item = make("li", undefined, all);
      const button = make("button", other.text, item);
      button.type = "button";
      button.dir = "auto";
      button.dataset.node = other.at;
      const [from, to] = [boxes[one.cause], boxes[one.effect]].map((box) => box.text.split(/\s+/).join(" ").trim());
      const head = from + " → " + to + ": ";
      const said = one.title.startsWith(head) ? [one.title.slice(head.length)] : [];
      for (const [label, words] of one.more) said.push(label + ": " + words);
      if (said.length) make("small", said.join("\n"), item).dir = "auto";
    }
  };
  const head = (words) => {
    const top = make("div", undefined, panel, "kind");
    make("span", words, top);
    const more = make("button", "Add more", top), shut = make("button", "Close", top);
    more.type = shut.type = "button";
    more.title = "Whatever is clicked next is picked as well";
    more.setAttribute("aria-pressed", String(adding));
    more.dataset.more = "";
    shut.dataset.shut = "";
  };
  const known = (box) => {
    head(box.kind + (box.node ? " " + box.id : ""));
    make("h2", box.text, panel).dir = "auto";
    for (const note of box.notes) make("p", note, panel).dir = "auto";
    if (box.url) {
      const there = make("a", box.url, make("p", undefined, panel));
      there.href = box.url;
      there.target = "_blank";
      there.rel = "noopener noreferrer";
    }
    if (box.more.length) {
      const all = make("dl", undefined, panel);
      let before = null;
      for (const [label, words] of box.more) {
        if (label !== before) make("dt", label, all);
        before = label;
        make("dd", words, all).dir = "auto";
      }
    }
    list("Contributes to", box.effects, "effect");
    list("Causes", box.causes, "cause");
  };
  const several = (some) => {
    head(count(some.length, "box", "boxes") + " picked");
    make("p", some.filter((box) => box.node).map((box) => box.id).join(", "), panel, "ids");
    const all = make("ul", undefined, panel);
    for (const box of some) {
      const item = make("li", undefined, all, "pick"), button = make("button", box.text, item);
      const out = make("button", "×", item);
      button.type = out.type = "button";
      button.dir = "auto";
      button.dataset.node = box.at;
      out.dataset.drop = box.at;
      out.title = "No longer picked";
      out.setAttribute("aria-label", "No longer pick " + box.text);
    }
  };
  // Whoever holds the frame may have sent a way to tell it which boxes are picked: see "around the page".
  let adding = false, way = null;
  const tell = () => way?.postMessage({ selected: [...picks].map((i) => boxes[i]).filter((box) => box.node).map((box) => box.id) });
  const choose = (some) => {
    picks.clear();
    for (const i of some) picks.add(i);
    for (const i of picks) reveal(i);
    if (!picks.size) adding = false;
    rest();
    moved_by_hand ||= !fitted;
    const here = panel.contains(document.activeElement), opening = panel.hidden === (picks.size > 0);
    panel.replaceChildren();
    if (picks.size === 1) known(boxes[some[0]]);
    else if (picks.size) several([...picks].map((i) => boxes[i]));
    panel.scrollTop = 0;
    panel.hidden = !picks.size;
    if (here && picks.size) panel.focus();
    if (opening) place();
    show();
    if (!outline.hidden && picks.size)
      buttons.find((one) => Number(one.dataset.node) === [...picks].at(-1))?.scrollIntoView({ block: "nearest" });
    tell();
  };
  const pick = (i) => {
    const now = picks.has(i);
    choose(now ? [...picks].filter((one) => one !== i) : [...picks, i]);
    const name = boxes[i].node ? boxes[i].id : boxes[i].text;
    say(name + (now ? " no longer picked. " : " picked. ") + count(picks.size, "box", "boxes") + " picked.");
  };

  // -- where one looks: pan and zoom -------------------------------------------------------------------
  // Until somebody moves it, the picture begins anew in a window of another size.
  let scale = 1, x = 0, y = 0, fitted = true, moved_by_hand = false;
  const room = () => [Math.max(stage.clientWidth, 1), Math.max(stage.clientHeight, 1)];
  const place = () => {
    const [wide, high] = room();
    svg.setAttribute("viewBox", [x, y, wide / scale, high / scale].map((n) => Math.round(n * 100) / 100).join(" "));
  };
  const extent = () => {
    if (visible.size === boxes.length) return full;
    const some = [...visible].map((i) => boxes[i]);
    if (!some.length) return full;
    const left = Math.min(...some.map((b) => b.x)) - 30, top = Math.min(...some.map((b) => b.y)) - 60;
    const width = Math.max(...some.map((b) => b.x + b.width)) + 30 - left;
    const height = Math.max(...some.map((b) => b.y + b.height)) + 30 - top;
    // The header and the legend stay in sight.
    const tall = full.height - gone + taller;
    return axis === "y"
      ? { x: left, y: full.y, width: Math.max(width, 490), height: tall }
      : { x: full.x, y: full.y, width: full.width - gone, height: Math.max(top + height, legend_low + 24) - full.y };
  };
  const fit = () => {
    const [wide, high] = room(), all = extent();
    scale = Math.min(wide / all.width, high / all.height, 1.6);
    x = all.x + all.width / 2 - wide / scale / 2;
    y = all.y + all.height / 2 - high / scale / 2;
    fitted = moved_by_hand = true;
    place();
  };
  const zoom = (factor, px, py) => {
    const [wide, high] = room(), before = scale;
    scale = Math.min(Math.max(scale * factor, 0.02), 8);
    px ??= wide / 2;
    py ??= high / 2;
    x += px / before - px / scale;
    y += py / before - py / scale;
    fitted = false;
    moved_by_hand = true;
    place();
  };
  const pan = (dx, dy) => { x += dx / scale; y += dy / scale; fitted = false; moved_by_hand = true; place(); };
  const see = (box) => {
    const [wide, high] = room(), air = 24 / scale;
    if (scale < 0.45) {
      scale = 0.8;
      x = box.x + box.width / 2 - wide / scale / 2;
      y = box.y + box.height / 2 - high / scale / 2;
    } else {
      x = Math.max(Math.min(x, box.x - air), box.x + box.width + air - wide / scale);
      y = Math.max(Math.min(y, box.y - air), box.y + box.height + air - high / scale);
    }
    fitted = false;
    moved_by_hand = true;
    place();
  };
  // A box with what it hangs together with, as much of it as can be read at once.
  const look = (box) => {
    if (fitted) { // all of it, where that can be read beside the panel
      fit();
      if (scale >= 0.5) return;
    }
    const near = (links, end) => links.map((one) => boxes[one[end]]).filter((one) => visible.has(one.at));
    const effects = near(box.effects, "effect"), causes = near(box.causes, "cause");
    const [wide, high] = room(), air = 24;
    for (const some of [[box, ...effects, ...causes], [box, ...effects], [box, ...effects.slice(0, 1)]]) {
      const left = Math.min(...some.map((b) => b.x)) - air, right = Math.max(...some.map((b) => b.x + b.width)) + air;
      const top = Math.min(...some.map((b) => b.y)) - air, low = Math.max(...some.map((b) => b.y + b.height)) + air;
      const fits = Math.min(wide / (right - left), high / (low - top));
      if (fits < 0.5) continue;
      if (scale < 0.45) scale = 0.8;
      scale = Math.min(scale, fits);
      x = Math.max(Math.min(x, left), right - wide / scale);
      y = Math.max(Math.min(y, top), low - high / scale);
      fitted = false;
      moved_by_hand = true;
      place();
      return;
    }
    see(box);
  };
  const outside = (box, wholly) => {
    const [wide, high] = room();
    if (wholly) return box.x > x + wide / scale || box.x + box.width < x || box.y > y + high / scale || box.y + box.height < y;
    return box.x < x || box.y < y || box.x + box.width > x + wide / scale || box.y + box.height > y + high / scale;
  };
  const start = () => {
    fit();
    moved_by_hand = false;
    if (scale >= 0.5 || !boxes.length) return;
    // Too small to read: the whole width, or the first boxes, at a size that can be read.
    fitted = false;
    const [wide, high] = room();
    // On a telephone the first two columns, whole.
    const two = boxes.filter((box) => box.level <= 1);
    const across = Math.max(...two.map((b) => b.x + b.width)) - Math.min(...two.map((b) => b.x)) + 48;
    scale = wide / full.width >= 0.5 ? Math.min(wide / full.width, 1)
      : window.innerWidth > 700 ? 0.6 : Math.max(0.6, Math.min(1, high / full.height, wide / across));
    const first = boxes[0], mirrored = data.direction === "right";
    x = wide / scale >= full.width ? full.width / 2 - wide / scale / 2 : mirrored ? full.width - wide / scale : 0;
    if (data.direction === "down") x = Math.max(0, first.x + first.width / 2 - wide / scale / 2);
    // From the top, where the first box is in sight then; else around it.
    y = data.direction === "down" || first.y + first.height < high / scale ? 0
      : Math.max(0, Math.min(first.y + first.height / 2 - high / scale / 2, full.height - high / scale));
    place();
  };

  let window_wide = window.innerWidth;
  const resized = () => {
    const before = scale, narrower = window.innerWidth < window_wide;
    window_wide = window.innerWidth;
    if (!moved_by_hand) start();
    else if (fitted) {
      fit();
      // What could be read in the larger window begins anew in the smaller one; beside a panel it stays whole.
      if (narrower && scale < 0.5 && before >= 0.5) start();
    } else if ([...visible].every((i) => outside(boxes[i], true))) start();
    else place();
    const [one] = picks;
    if (picks.size === 1 && outside(boxes[one])) look(boxes[one]);
  };

  // -- mouse and finger --------------------------------------------------------------------------------
  const box_at = (target) => {
    const g = target.closest?.("g[data-id]");
    const i = g ? groups.indexOf(g) : -1;
    if (i >= 0) return i;
    const handle = target.closest?.("[data-fold]");
    return handle ? Number(handle.dataset.fold) : null;
  };
  const fingers = new Map();
  let moved = 0;
  stage.addEventListener("pointerdown", (event) => {
    if (event.pointerType === "mouse" && event.button !== 0) return;
    if (!fingers.size) moved = 0;
    pointer = [event.clientX, event.clientY];
    fingers.set(event.pointerId, [event.clientX, event.clientY]);
  });
  window.addEventListener("pointermove", (event) => {
    const was = fingers.get(event.pointerId);
    if (!was) return;
    const now = [event.clientX, event.clientY];
    moved += Math.hypot(now[0] - was[0], now[1] - was[1]);
    if (fingers.size === 2) {
      const other = [...fingers].find(([id]) => id !== event.pointerId)[1];
      const apart = (p) => Math.max(Math.hypot(p[0] - other[0], p[1] - other[1]), 1);
      const edge = stage.getBoundingClientRect();
      zoom(apart(now) / apart(was), (now[0] + other[0]) / 2 - edge.left, (now[1] + other[1]) / 2 - edge.top);
    }
    if (moved > 4) {
      stage.classList.add("held");
      pan((was[0] - now[0]) / fingers.size, (was[1] - now[1]) / fingers.size);
    }
    fingers.set(event.pointerId, now);
  });
  for (const name of ["pointerup", "pointercancel"])
    window.addEventListener(name, (event) => {
      fingers.delete(event.pointerId);
      if (!fingers.size) stage.classList.remove("held");
    });
  stage.addEventListener("wheel", (event) => {
    // In a notebook the wheel belongs to the notebook until somebody clicks into the picture.
    if (inside && !document.hasFocus() && !event.ctrlKey) return;
    event.preventDefault();
    const edge = stage.getBoundingClientRect();
    const lines = event.deltaMode === 1 ? 30 : 1;
    zoom(Math.exp(-Math.max(-240, Math.min(240, event.deltaY * lines)) * 0.0015),
      event.clientX - edge.left, event.clientY - edge.top);
  }, { passive: false });
  const point = (target) => {
    const i = box_at(target);
    const over = links.find((one) => one.path === target) ?? null;
    if (i === hovered && over === link) return;
    hovered = i;
    link = over;
    keyed = null;
    show();
  };
  svg.addEventListener("pointerover", (event) => {
    if (!resting && !(fingers.size && moved > 4)) point(event.target);
  });
  svg.addEventListener("pointerleave", () => {
    if (resting || (hovered === null && !link)) return;
    hovered = link = null;
    show();
  });
  window.addEventListener("pointermove", (event) => {
    pointer = [event.clientX, event.clientY];
    if (!resting || Math.hypot(pointer[0] - resting[0], pointer[1] - resting[1]) < 4) return;
    resting = null;
    if (svg.contains(event.target) && !(fingers.size && moved > 4)) point(event.target);
  }, true);
  stage.addEventListener("click", (event) => {
    if (event.target.closest?.("a")) event.preventDefault();
    if (moved > 4) return;
    const handle = event.target.closest?.("[data-fold]");
    if (handle) { fold(Number(handle.dataset.fold)); return; }
    const i = box_at(event.target);
    if (i !== null && (adding || event.ctrlKey || event.metaKey || event.shiftKey)) pick(i);
    else if (i !== null || !adding) choose(i === null ? [] : [i]);
  });
  stage.addEventListener("dragstart", (event) => event.preventDefault());

  // -- keyboard ----------------------------------------------------------------------------------------
  const middle = (box) => [box.x + box.width / 2, box.y + box.height / 2];
  const nearest = (from, some) => {
    const [fx, fy] = middle(from);
    let best = null, least = Infinity;
    for (const box of some) {
      const [bx, by] = middle(box), far = Math.hypot(bx - fx, by - fy);
      if (far < least) { least = far; best = box; }
    }
    return best;
  };
  const along = (box, key) => {
    const inward = { left: "ArrowLeft", right: "ArrowRight", down: "ArrowUp" }[data.direction];
    const outward = { left: "ArrowRight", right: "ArrowLeft", down: "ArrowDown" }[data.direction];
    const there = (ends, end) => ends.map((one) => boxes[one[end]]).filter((one) => visible.has(one.at));
    if (key === inward) return nearest(box, there(box.effects, "effect"));
    if (key === outward) return nearest(box, there(box.causes, "cause"));
    const way = key === "ArrowDown" || key === "ArrowRight" ? 1 : -1, axis = data.direction === "down" ? 0 : 1;
    const here = middle(box)[axis];
    return nearest(box, boxes.filter((one) =>
      one.level === box.level && visible.has(one.at) && (middle(one)[axis] - here) * way > 0));
  };
  const go = (box) => { box.g.focus({ preventScroll: true }); if (outside(box)) see(box); };
  const toggle = (name) => {
    const button = part(name + "-button"), one = part(name);
    one.hidden = !one.hidden;
    button.setAttribute("aria-expanded", String(!one.hidden));
    resized();
  };
  const back = () => {
    if (!part("keys").hidden) toggle("keys");
    else if (picks.size) {
      const box = boxes[[...picks].at(-1)], within = panel.contains(document.activeElement);
      choose([]);
      if (within) box.g.focus({ preventScroll: true });
      keyed = null;
      rest();
      place();
      show();
    } else if (found) { search.value = ""; seek(); }
    else { keyed = null; rest(); show(); if (stage.contains(document.activeElement)) stage.focus(); }
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const typing = event.target.closest?.("input,select");
    const box = boxes.find((one) => one.g === document.activeElement);
    const key = event.key;
    if (key === "Escape") { event.preventDefault(); back(); return; }
    if (typing) {
      if (event.target === search && key === "Enter") { event.preventDefault(); next(event.shiftKey ? -1 : 1); }
      return;
    }
    if (key === "/") search.focus();
    else if (key === "+" || key === "=") zoom(1.25);
    else if (key === "-" || key === "−") zoom(0.8);
    else if (key === "0") fit();
    else if (box && key === "Enter") { choose([box.at]); panel.focus(); }
    else if (box && key === " ") pick(box.at);
    else if (box && key.toLowerCase() === "c") fold(box.at);
    else if (key.startsWith("Arrow") && (box || event.target === stage || event.target === document.body)) {
      const to = box && !event.shiftKey ? along(box, key) : null;
      if (to) go(to);
      else if (!box || event.shiftKey) {
        const step = 60;
        pan({ ArrowLeft: -step, ArrowRight: step }[key] ?? 0, { ArrowUp: -step, ArrowDown: step }[key] ?? 0);
      }
    } else return;
    event.preventDefault();
  });
  // On the stage, not on the svg: an svg that listens for focus can be tabbed to in Chromium.
  stage.addEventListener("focusin", (event) => {
    const i = groups.indexOf(event.target);
    if (i < 0 || !event.target.matches(":focus-visible")) return;
    keyed = i;
    hovered = null;
    if (outside(boxes[i])) see(boxes[i]);
    show();
  });
  stage.addEventListener("focusout", () => { keyed = null; show(); });
  const pressed = (event) => {
    const button = event.target.closest("[data-node]"), out = event.target.closest("[data-drop]");
    if (button) {
      const i = Number(button.dataset.node);
      if (event.ctrlKey || event.metaKey || event.shiftKey || (adding && outline.contains(button))) pick(i);
      else {
        choose([i]);
        say(boxes[i].kind + " " + boxes[i].text);
      }
      if (outside(boxes[i])) see(boxes[i]);
    }
    if (out) pick(Number(out.dataset.drop));
    const more = event.target.closest("[data-more]");
    if (more) {
      adding = !adding;
      more.setAttribute("aria-pressed", String(adding));
      say(adding ? "Whatever is clicked next is picked as well." : "A click picks one box alone.");
    }
    if (event.target.closest("[data-shut]")) back();
  };
  panel.addEventListener("click", pressed);
  outline.addEventListener("click", pressed);
  const glance = (event) => {
    if (resting) return;
    const button = event.target.closest?.("[data-node]");
    hovered = button && event.type === "pointerover" ? Number(button.dataset.node) : null;
    show();
  };
  for (const one of [panel, outline])
    for (const name of ["pointerover", "pointerout"]) one.addEventListener(name, glance);

  search.addEventListener("input", seek);
  part("in").addEventListener("click", () => zoom(1.25));
  part("out").addEventListener("click", () => zoom(0.8));
  part("fit").addEventListener("click", fit);
  part("outline-button").addEventListener("click", () => toggle("outline"));
  part("keys-button").addEventListener("click", () => toggle("keys"));
  part("levels")?.addEventListener("change", (event) => {
    const level = Number(event.target.value);
    deepest = level >= last ? Infinity : level;
    closed.clear();
    opened.clear();
    lay();
    fit();
    say(count(visible.size, "box", "boxes") + " of " + boxes.length + " shown.");
  });

  // -- around the page ---------------------------------------------------------------------------------
  // A page in a frame speaks only to those who ask: whoever holds the frame sends the word "driverkit" with a
  // port (MessageChannel); through it go the ids that are picked, both ways, as { selected: [...] }.
  window.addEventListener("message", (event) => {
    if (!inside || event.source !== window.parent || event.data !== "driverkit" || !event.ports.length) return;
    way?.close();
    way = event.ports[0];
    way.onmessage = ({ data: told }) => {
      const wanted = Array.isArray(told?.selected) ? told.selected : [];
      const some = wanted.map((id) => boxes.findIndex((box) => box.id === id)).filter((i) => i >= 0);
      if (some.join() === [...picks].join()) return;
      choose(some);
      if (some.length && some.every((i) => outside(boxes[i]))) look(boxes[some[0]]);
    };
  });

  // -- printing: the plain picture ---------------------------------------------------------------------
  window.addEventListener("beforeprint", () => {
    pack(boxes);
    svg.setAttribute("viewBox", [full.x, full.y, full.width, full.height].join(" "));
  });
  window.addEventListener("afterprint", () => { lay(); place(); });

  // -- begin -------------------------------------------------------------------------------------------
  // To those who listen the picture is no longer one image: each box can be reached and says what it is.
  svg.setAttribute("role", "group");
  svg.removeAttribute("aria-describedby");
  for (const box of boxes) {
    box.g.setAttribute("tabindex", "0");
    box.g.setAttribute("role", "button");
    if (box.g.parentNode.localName === "a") {
      box.g.parentNode.setAttribute("tabindex", "-1");
      box.g.parentNode.setAttribute("role", "none");
    }
  }
  stage.tabIndex = 0;
  document.documentElement.classList.add("running");
  document.querySelector("header").hidden = false;
  outline.hidden = true;
  lay();
  start();
  new ResizeObserver(resized).observe(stage);
  let wanted = null;
  try { wanted = decodeURIComponent(location.hash.slice(1)); } catch { /* no id then */ }
  const asked = wanted ? boxes.find((box) => box.id === wanted) : null;
  if (asked) { choose([asked.at]); look(asked); }
})();
