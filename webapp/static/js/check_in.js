// A scanned code is good for seconds: send it at once.
const form = document.getElementById("check-in");
if (form && "atOnce" in form.dataset) form.requestSubmit();
