import { leave } from "./smart.js";

leave().catch((error) => {
  document.getElementById("said").textContent = error.message;
});
