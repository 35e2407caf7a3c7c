// A gallery's page: watches its photographs arrive and uploads more.
import { prepare } from "./_studio-upload.js";
import { watch } from "./_studio-watch.js";

prepare(document.querySelector("#upload"), watch(document.querySelector("#photos")));
