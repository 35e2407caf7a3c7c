// A gallery's page: watches its photographs arrive, uploads more, marks those that are ticked.
import { marks } from "./_studio-marks.js";
import { prepare } from "./_studio-upload.js";
import { watch } from "./_studio-watch.js";

const photos = document.querySelector("#photos");
prepare(document.querySelector("#upload"), watch(photos));
marks(document.querySelector("#marks"), photos);
