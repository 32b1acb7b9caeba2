import type { Command } from "commander";
import type { RunVerb } from "./invocation.js";
import { addAccounts } from "./verbs/accounts.js";
import { addCheck } from "./verbs/check.js";
import { addDoctor } from "./verbs/doctor.js";
import { addExport } from "./verbs/export.js";
import { addKeys } from "./verbs/keys.js";
import { addMigrate } from "./verbs/migrate.js";
import { addSend } from "./verbs/send.js";
import { addServe } from "./verbs/serve.js";
import { addSync } from "./verbs/sync.js";
import { addUser } from "./verbs/user.js";
import { addWatch } from "./verbs/watch.js";
import { addWorker } from "./verbs/worker.js";

/** Teaches a command line all verbs, in the order in which the help lists them. */
export function addVerbs(program: Command, run: RunVerb): void {
  for (const add of [
    addServe,
    addWorker,
    addAccounts,
    addCheck,
    addSync,
    addWatch,
    addSend,
    addExport,
    addKeys,
    addUser,
    addMigrate,
    addDoctor,
  ])
    add(program, run);
}
