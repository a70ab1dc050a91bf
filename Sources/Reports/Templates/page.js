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
    const found = /^#(?:step-)?(\d+)(?:-title)?$/.exec(location.hash);
    const number = found ? Number(found[1]) : NaN;
    return number >= 1 && number <= sections.length ? number : null;
  };

  // While the page shows one step, only that step's picture is in it.
  const draw = (section) => {
    const figure = section.querySelector("figure");
    const picture = pictures.get(figure);
    if (picture && !figure.firstElementChild) figure.append(picture);
  };
  const clear = (section) => pictures.has(section.querySelector("figure")) && section.querySelector("figure").replaceChildren();
  // Where a picture is wider than the page, what the step finds comes in sight: in the units of the picture, its figure says where that is.
  const look = (figure) => {
    const picture = figure?.querySelector("svg");
    if (!picture || !figure.dataset.middle || figure.scrollWidth <= figure.clientWidth) return;
    const [place, frame] = [picture.getBoundingClientRect(), figure.getBoundingClientRect()];
    const middle = figure.dataset.middle / picture.viewBox.baseVal.width * place.width;
    figure.scrollLeft += place.left + middle - frame.left - frame.width / 2;
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
    if (root.classList.contains("stepping")) sections.forEach((other) => other !== section && clear(other));
    draw(section);
    look(section.querySelector("figure"));
    const question = section.querySelector("h2");
    const heard = `Step ${current} of ${sections.length}: ${marks[current - 1].dataset.question}`;
    slider.setAttribute("aria-valuetext", heard);
    part(".heard").textContent = heard;
    part(".count").textContent = `${current} of ${sections.length}`;
    part(".first").disabled = part(".previous").disabled = current === 1;
    part(".next").disabled = part(".last").disabled = current === sections.length;
    if (address && numberInAddress() !== current) {
      // A page without an address of its own, as in a frame's srcdoc, may not change it.
      try { history.replaceState(null, "", `#step-${current}`); } catch { /* nothing to keep */ }
    }
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
