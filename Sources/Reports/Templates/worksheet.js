"use strict";
(() => {
  const sealed = JSON.parse(document.getElementById("sealed").textContent);
  const questions = sealed.questions.map((question) => ({ ...question, field: document.querySelector(`#${question.id} input`), state: "" }));
  const status = document.querySelector(".status output");
  document.documentElement.classList.add("marking");

  // SHA-256 (FIPS 180-4): crypto.subtle is missing where a browser does not trust pages from files.
  const primes = Array.from({ length: 310 }, (_, i) => i + 2).filter((n) => ![...Array(n).keys()].some((d) => d > 1 && n % d === 0));
  const fraction = (x) => Math.floor((x - Math.floor(x)) * 2 ** 32);
  const constants = primes.map((prime) => fraction(Math.cbrt(prime)));
  const turn = (word, count) => (word >>> count) | (word << (32 - count));
  const digest = (text) => {
    const bytes = [...new TextEncoder().encode(text)];
    const bits = bytes.length * 8;
    bytes.push(0x80);
    while (bytes.length % 64 !== 60) bytes.push(0);
    for (const shift of [24, 16, 8, 0]) bytes.push((bits >>> shift) & 255);
    let state = primes.slice(0, 8).map((prime) => fraction(Math.sqrt(prime)) | 0);
    for (let block = 0; block < bytes.length; block += 64) {
      const w = Array.from({ length: 16 }, (_, i) => bytes.slice(block + 4 * i, block + 4 * i + 4).reduce((word, byte) => (word << 8) | byte, 0));
      for (let i = 16; i < 64; i++) {
        const [a, b] = [w[i - 15], w[i - 2]];
        w.push((w[i - 16] + (turn(a, 7) ^ turn(a, 18) ^ (a >>> 3)) + w[i - 7] + (turn(b, 17) ^ turn(b, 19) ^ (b >>> 10))) | 0);
      }
      let v = state;
      for (let i = 0; i < 64; i++) {
        const first = v[7] + (turn(v[4], 6) ^ turn(v[4], 11) ^ turn(v[4], 25)) + ((v[4] & v[5]) ^ (~v[4] & v[6])) + constants[i] + w[i];
        const second = (turn(v[0], 2) ^ turn(v[0], 13) ^ turn(v[0], 22)) + ((v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]));
        v = [(first + second) | 0, v[0], v[1], v[2], (v[3] + first) | 0, v[4], v[5], v[6]];
      }
      state = state.map((word, i) => (word + v[i]) | 0);
    }
    return state.map((word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
  };

  // −0,0822 or 4.4e-4, 4.4 × 10⁻⁴, 1/3: what people write; NaN for anything else.
  const number = (text) => {
    const plain = text.normalize("NFC").replace(/[\s_]/g, "").replace(/[−–‐‑﹣－]/g, "-").replaceAll(",", ".")
      .replace(/[⁻⁺⁰¹²³⁴⁵⁶⁷⁸⁹]+/g, (raised) => "^" + [...raised].map((c) => "-+0123456789"["⁻⁺⁰¹²³⁴⁵⁶⁷⁸⁹".indexOf(c)]).join(""))
      .replace(/[×x·*]10(?:\^\(?|(?=[-+]))([-+]?\d+)\)?/i, "e$1").replace(/^([-+]?)10\^\(?([-+]?\d+)\)?$/, "$11e$2");
    const parts = plain.split("/").map((part) => (/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(part) ? Number(part) : NaN));
    return parts.length === 1 ? parts[0] : parts.length === 2 ? parts[0] / parts[1] : NaN;
  };

  // The mistakes that give a number: none where it is right; undefined where it is neither.
  const look = (question, value) => {
    const found = digest(`${sealed.salt}/${question.id}/${Math.floor(value / question.width - question.offset)}`);
    const entry = question.entries.find((entry) => entry.startsWith(found.slice(0, 16)));
    if (!entry) return undefined;
    const bits = parseInt(entry.slice(16), 16) ^ parseInt(found.slice(16, 20), 16);
    return sealed.mistakes.filter((_, bit) => bits & (1 << bit));
  };

  const verdict = (question) => {
    const value = number(question.field.value);
    if (!Number.isFinite(value)) return ["unread", "This is not a number. Write, for example, −0.0822 or 4.4e-4."];
    const mistakes = look(question, value);
    if (mistakes?.length === 0) return ["right", "Right."];
    if (mistakes) return ["wrong", `Not right. ${mistakes.length > 1 ? "These mistakes give" : "This mistake gives"} it: ${mistakes.join(" Or: ")}`];
    if (value !== 0 && look(question, -value)?.length === 0) return ["wrong", "Not right: the sign is wrong."];
    const digits = question.field.value.replace(/[e×x·*^/].*/i, "").replace(/\D/g, "").replace(/^0+/, "").length;
    return ["wrong", "Not right." + (digits < question.digits ? ` Give ${question.digits} digits.` : "")];
  };

  const score = () => `${questions.filter(({ state }) => state === "right").length} of ${questions.length} right`;

  const show = (question, state, words) => {
    question.state = state;
    const item = document.getElementById(question.id);
    item.classList.remove("right", "wrong", "unread");
    if (state) item.classList.add(state);
    item.querySelector(".verdict").textContent = words;
    question.field.setAttribute("aria-invalid", String(state === "wrong" || state === "unread"));
  };

  const mark = (question) => {
    if (question.field.value.trim() === "") return show(question, "", "");
    show(question, ...verdict(question));
  };

  questions.forEach((question, index) => {
    const tell = () => {
      const words = document.querySelector(`#${question.id} .verdict`).textContent;
      status.textContent = words ? `Answer ${index + 1}: ${words} ${score()}.` : `${score()}.`;
    };
    question.field.addEventListener("change", () => { mark(question); tell(); });
    question.field.addEventListener("input", () => { if (question.state) show(question, "", ""); });
    question.field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      mark(question);
      tell();
      if (question.state === "right") questions[index + 1]?.field.focus();
    });
  });
  document.querySelector(".status .all").addEventListener("click", () => {
    questions.forEach(mark);
    status.textContent = `${score()}.`;
    questions.find(({ state }) => state === "wrong" || state === "unread")?.field.focus();
  });
  document.querySelector(".status .clear").addEventListener("click", () => {
    questions.forEach((question) => { question.field.value = ""; show(question, "", ""); });
    status.textContent = `${score()}.`;
    questions[0]?.field.focus();
  });
  status.textContent = `${score()}.`;
})();
