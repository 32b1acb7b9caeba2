import { smoke } from "./smoke.mjs";

smoke().then((result) => console.log(JSON.stringify(result)));
