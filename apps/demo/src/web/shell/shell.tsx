import { useQuery } from "@tanstack/react-query";
import { Navigate, Outlet, useNavigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { Sheet } from "../components/sheet.js";
import { useCompose } from "../compose/use-compose.js";
import { rescueDrafts } from "../drafts/rescue-drafts.js";
import { useKeys } from "../keys/use-keys.js";
import { useLiveUpdates } from "../live/use-live-updates.js";
import { releaseHeld } from "../mail/held-change.js";
import { sessionQuery } from "../mail/queries.js";
import { useSendNews } from "../outbox/use-send-news.js";
import { BottomBar } from "./bottom-bar.js";
import { KeyHelp } from "./key-help.js";
import { OfflineBanner } from "./offline-banner.js";
import styles from "./shell.module.css";
import { ShellContext } from "./shell-context.js";
import { Sidebar } from "./sidebar.js";
import { useAllPages } from "./use-all-pages.js";

/** Everything around what is read: accounts and folders at the side or in a drawer, the bar below, what is told. */
export function Shell() {
  const { data: session } = useQuery(sessionQuery);
  return session === null ? <Navigate to="/login" /> : <Mailbox />;
}

function Mailbox() {
  const navigate = useNavigate();
  const [isHelpOpen, setHelpOpen] = useState(false);
  const [isDrawerOpen, setDrawerOpen] = useState(false);
  const compose = useCompose();
  const tellSends = useSendNews();
  const { announcement, offlineSince } = useLiveUpdates(tellSends);
  useKeys({
    help: () => setHelpOpen(true),
    "go-inbox": () => void navigate({ to: "/inbox" }),
    "go-starred": () => void navigate({ to: "/starred" }),
    "go-drafts": () => void navigate({ to: "/drafts" }),
    "go-outbox": () => void navigate({ to: "/outbox" }),
    compose: () => compose(),
  });
  useAllPages();
  useEffect(() => {
    window.addEventListener("pagehide", releaseHeld);
    return () => window.removeEventListener("pagehide", releaseHeld);
  }, []);
  // What was typed where the server could not be reached is saved when it can.
  useEffect(() => {
    if (offlineSince === undefined) void rescueDrafts();
  }, [offlineSince]);
  return (
    <ShellContext value={{ openDrawer: () => setDrawerOpen(true), openHelp: () => setHelpOpen(true) }}>
      <div className={styles.shell}>
        <OfflineBanner since={offlineSince} />
        <div className={styles.side}>
          <Sidebar isOffline={offlineSince !== undefined} />
        </div>
        <main className={styles.main}>
          <Outlet />
        </main>
        <BottomBar />
      </div>
      <Sheet title="Folders" place="left" isOpen={isDrawerOpen} onClose={() => setDrawerOpen(false)}>
        <Sidebar isOffline={offlineSince !== undefined} onNavigate={() => setDrawerOpen(false)} />
      </Sheet>
      <KeyHelp isOpen={isHelpOpen} onClose={() => setHelpOpen(false)} />
      <div role="status" aria-live="polite" className="unseen">
        <span key={announcement.count}>{announcement.words}</span>
      </div>
    </ShellContext>
  );
}
