// One button: printing needs the browser, and without JavaScript its own menu does it.
const button = document.getElementById("print");
button.hidden = false;
button.addEventListener("click", () => window.print());
