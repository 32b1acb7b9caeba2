import { describe, expect, test } from "vitest";
import { delivers, messageTo } from "./delivering-suite.js";
import { live, liveClient, liveUser } from "./live-environment.js";
import { startPostfix } from "./live-server.js";

const oscar = liveUser("oscar");
const nina = liveUser("nina");

describe("Postfix delivering into Dovecot", () => {
  delivers(startPostfix);

  test("says nothing of an address, and so does the report", async () => {
    const { verification } = await liveClient("oscar").testConnection({ address: nina.address });
    expect(verification?.code).toBe("252");
  });

  test("logs in by every mechanism on offer, also with an awkward password and with tokens", async () => {
    const { authMechanisms } = await liveClient("oscar").testConnection();
    for (const authMethod of ["PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256"] as const) {
      if (!authMechanisms.includes(authMethod)) continue;
      await using smtp = liveClient("xenia", { authMethod });
      expect(await smtp.testConnection(), authMethod).toMatchObject({ ok: true });
    }
    for (const authMethod of ["XOAUTH2", "OAUTHBEARER"] as const) {
      if (!authMechanisms.includes(authMethod)) continue;
      const { user, accessToken, expiredToken } = oscar;
      await using smtp = liveClient("oscar", { authMethod, credentials: { user, accessToken } });
      expect(await smtp.testConnection(), authMethod).toMatchObject({ ok: true });
      const credentials = ({ refresh }: { refresh: boolean }): { user: string; accessToken: string } => ({
        user,
        accessToken: refresh ? accessToken : expiredToken,
      });
      await using refreshing = liveClient("oscar", { authMethod, credentials });
      expect((await refreshing.send(messageTo(nina.address))).status, authMethod).toBe("accepted");
    }
  });

  test("takes messages without any extension, and hands them on over LMTP", async () => {
    await using server = await startPostfix("extensions");
    await using plain = server.client();
    expect((await plain.send(messageTo(nina.address))).status).toBe("accepted");
    await using lmtp = liveClient("oscar", {
      server: { host: "127.0.0.1", port: live.smtp.lmtpPort, security: "none" },
      credentials: undefined,
      lmtp: true,
    });
    const sent = messageTo([nina.address, live.recipients.unknown, oscar.address]);
    const result = await lmtp.send(sent);
    expect(result.recipients.map(({ status }) => status)).toEqual(["accepted", "rejected", "accepted"]);
    expect(await server.delivered(sent.messageId)).toHaveLength(1);
  });
});
