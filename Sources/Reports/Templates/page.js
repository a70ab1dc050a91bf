"use strict";
(() => {
  const root = document.documentElement;
  const sections = [...document.querySelectorAll("section.step")];
  const stepper = document.querySelector(".stepper");
  if (sections.length === 0) return root.classList.remove("stepping");
  const part = (name) => stepper.querySelector(name);
  const slider = part("input");
  const marks = [...stepper.querySelectorAll(".marks i")];
  const timed = [...document.querySelectorAll(".found [data-step]")];
  let current = 1;

  const numberInAddress = () => {
    const found = /^#step-(\d+)(?:-title)?$/.exec(location.hash);
    const number = found ? Number(found[1]) : NaN;
    return number >= 1 && number <= sections.length ? number : null;
  };

  // Shared parts are copied into each picture as text. As <use> elements, every use would be a tree of its own, even in hidden pictures.
  const common = document.querySelector("noscript.common")?.textContent ?? "";
  const shared = new Map([...common.matchAll(/<g id="(e\d+)">(.*)<\/g>$/gm)].map(([, name, inside]) => [name, inside]));
  const whole = (text) => text.replace(/<use href="#(e\d+)"\/>/g, (use, name) => whole(shared.get(name) ?? ""));

  // A picture stays text until its step is shown, since a browser would take many seconds for hundreds of pictures at once.
  const draw = (section) => {
    const kept = section.querySelector("figure noscript");
    if (kept) kept.outerHTML = whole(kept.textContent);
  };
  // Where a picture is wider than the page, what the step speaks of comes in sight.
  const look = (figure) => {
    const mark = figure?.querySelector(".node.highlighted") ?? figure?.querySelector(".highlighted");
    if (!mark || figure.scrollWidth <= figure.clientWidth) return;
    const [place, frame] = [mark.getBoundingClientRect(), figure.getBoundingClientRect()];
    figure.scrollLeft += place.left + place.width / 2 - frame.left - frame.width / 2;
  };
  const near = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      draw(entry.target);
      look(entry.target.querySelector("figure"));
    }
  }, { rootMargin: "1500px" });
  addEventListener("beforeprint", () => sections.forEach(draw));

  const show = (number, { address = true, focus = false } = {}) => {
    current = Math.min(Math.max(number, 1), sections.length);
    sections.forEach((section, index) => section.classList.toggle("current", index + 1 === current));
    marks.forEach((mark, index) => mark.classList.toggle("later", index + 1 > current));
    timed.forEach((cell) => {
      const step = Number(cell.dataset.step);
      cell.classList.toggle("future", step > current);
      cell.classList.toggle("now", step === current && cell.tagName === "TD");
    });
    slider.value = current;
    const section = sections[current - 1];
    draw(section);
    look(section.querySelector("figure"));
    const question = section.querySelector("h2");
    slider.setAttribute("aria-valuetext", `Step ${current} of ${sections.length}`);
    part("output").textContent = `${current} of ${sections.length}`;
    part(".first").disabled = part(".previous").disabled = current === 1;
    part(".next").disabled = part(".last").disabled = current === sections.length;
    if (address && numberInAddress() !== current) history.replaceState(null, "", `#step-${current}`);
    if (focus) question.focus({ preventScroll: true });
    const now = document.querySelector(".found td.now");
    if (now && root.classList.contains("stepping")) {
      const box = document.querySelector(".found");
      if (box.scrollHeight > box.clientHeight) box.scrollTop = Math.max(0, now.offsetTop - box.clientHeight / 2);
    }
  };

  const stepping = (on) => {
    root.classList.toggle("stepping", on);
    part(".all").setAttribute("aria-pressed", String(!on));
    if (on) {
      near.disconnect();
      scrollTo(0, 0);
    } else {
      sections.forEach((section) => near.observe(section));
      sections[current - 1].scrollIntoView();
    }
  };

  part(".first").addEventListener("click", () => show(1));
  part(".previous").addEventListener("click", () => show(current - 1));
  part(".next").addEventListener("click", () => show(current + 1));
  part(".last").addEventListener("click", () => show(sections.length));
  part(".all").addEventListener("click", () => stepping(!root.classList.contains("stepping")));
  slider.addEventListener("input", () => show(Number(slider.value)));
  addEventListener("hashchange", () => {
    const number = numberInAddress();
    if (number === null) return;
    show(number, { address: false, focus: true });
    if (!root.classList.contains("stepping")) sections[current - 1].scrollIntoView();
  });
  addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || event.defaultPrevented) return;
    if (!root.classList.contains("stepping") || event.target === slider) return;
    const target = {
      ArrowLeft: current - 1, ArrowUp: null, ArrowRight: current + 1, PageUp: current - 1, PageDown: current + 1,
      Home: 1, End: sections.length,
    }[event.key];
    if (target == null) return;
    event.preventDefault();
    show(target);
  });

  // The address names a step for this script only: a browser that found the section by its id would scroll the heading out of view.
  sections.forEach((section) => section.removeAttribute("id"));
  history.scrollRestoration = "manual";
  stepper.hidden = false;
  stepping(true);
  show(numberInAddress() ?? 1, { address: false });
})();
