// Six drawn cells that show what the one real input beneath them holds: typing, paste and one-time codes work as ever.

/** Brings `.pinbox` elements to life; without it the digits stand in the input itself. */
export function drawCells(root = document) {
  for (const box of root.querySelectorAll(".pinbox")) {
    const input = box.querySelector("input");
    const cells = [...box.querySelectorAll(".pinbox__cells i")];
    const draw = () => {
      const digits = input.value;
      const at = document.activeElement === input ? Math.min(digits.length, cells.length - 1) : -1;
      cells.forEach((cell, i) => {
        cell.textContent = digits[i] ?? "";
        cell.classList.toggle("now", i === at);
      });
    };
    input.addEventListener("input", () => {
      const digits = input.value.replace(/\D/g, "").slice(0, cells.length);
      if (digits !== input.value) input.value = digits;
      if (digits) input.removeAttribute("aria-invalid");
      draw();
    });
    // the caret stays behind the last digit, where the marked cell is
    const toEnd = () => input.setSelectionRange(input.value.length, input.value.length);
    for (const event of ["focus", "blur", "click"]) {
      input.addEventListener(event, () => {
        if (event !== "blur") toEnd();
        draw();
      });
    }
    box.classList.add("is-live");
    draw();
  }
}
