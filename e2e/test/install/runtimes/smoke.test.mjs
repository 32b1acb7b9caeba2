// For Jest, whose globals these are.
import { smoke } from "./smoke.mjs";

test("every package works", async () => {
  console.log(`RESULT ${JSON.stringify(await smoke())} END`);
});
