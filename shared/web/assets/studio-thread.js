// A photograph's thread in the studio: answers and drawings without leaving the page.
import { takeOver } from "./_thread.js";

takeOver();
