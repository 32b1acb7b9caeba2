import { hc } from "hono/client";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Database } from "../../../src/db/open-database.js";
import type { Api } from "../../../src/server/create-api.js";
import { cliSuite } from "../cli/cli-suite.js";
import { exitCodeSuite } from "../cli/exit-code-suite.js";
import { accountKeySuite } from "./account-key-suite.js";
import { accountRoutesSuite } from "./account-routes-suite.js";
import { API, type ApiFixture, startApi } from "./api-fixture.js";
import { badInputSuite } from "./bad-input-suite.js";
import { callerSuite } from "./caller-suite.js";
import { canarySuite } from "./canary-suite.js";
import { draftSuite } from "./draft-suite.js";
import { eventStreamSuite } from "./event-stream-suite.js";
import { folderRoutesSuite } from "./folder-routes-suite.js";
import { frameSuite } from "./frame-suite.js";
import { limitSuite } from "./limit-suite.js";
import { messageRoutesSuite } from "./message-routes-suite.js";
import { operationsSuite } from "./operations-suite.js";
import { templateSuite } from "./template-suite.js";
import { tenantSuite } from "./tenant-suite.js";
import { uploadSuite } from "./upload-suite.js";
import { webhookRoutesSuite } from "./webhook-routes-suite.js";

/** What the API must do on every database: one set of mail servers and accounts for all of it. */
export function apiSuite(open: () => Database): void {
  describe("the API", () => {
    let fixture: ApiFixture;
    const api = (): ApiFixture => fixture;

    beforeAll(async () => {
      fixture = await startApi(open());
    });

    afterAll(async () => {
      await fixture[Symbol.asyncDispose]();
    });

    callerSuite(api);
    accountRoutesSuite(open, api);
    messageRoutesSuite(open, api);
    folderRoutesSuite(api);
    draftSuite(open, api);
    uploadSuite(open, api);
    webhookRoutesSuite(api);
    templateSuite(api);

    test("its types are enough for a client: what comes back is typed by the routes", async () => {
      const key = await fixture.key(fixture.tenant, ["read"]);
      const client = hc<Api>(`http://localhost${API}`, {
        headers: { authorization: `Bearer ${key}` },
        fetch: async (url: string | URL | Request, init?: RequestInit) =>
          await fixture.call(String(url).replace("http://localhost", ""), {
            headers: Object.fromEntries(new Headers(init?.headers)),
          }),
      });
      const answer = await client.messages.$get({ query: { limit: "1", unread: "false" } });
      const page = await answer.json();
      const subjects: string[] | undefined =
        "items" in page ? page.items.map(({ subject }) => subject) : undefined;
      expect(subjects).toHaveLength(1);
    });

    badInputSuite(api);
    tenantSuite(open, api);
    accountKeySuite(open, api);
    frameSuite(open, api);
    eventStreamSuite(api);
    operationsSuite(api);
    cliSuite(open, api);
    exitCodeSuite(open, api);
    limitSuite(open, api);
    canarySuite(open, api);
  });
}
