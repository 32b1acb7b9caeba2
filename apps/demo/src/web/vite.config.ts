import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** Browsers that know `light-dark()`: it must not be rewritten, since the reader's choice switches it. */
const browsers = ["chrome123", "firefox120", "safari17.5"];
const server = "http://localhost:8025";

export default defineConfig({
  plugins: [react()],
  build: {
    outDir: "../../dist/web",
    emptyOutDir: true,
    // The page's policy allows nothing inline, and everything under a hashed name may be kept for ever.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: browsers,
    cssTarget: browsers,
    reportCompressedSize: false,
    // One file but for what few look at: it is small once compressed, which a test holds it to.
    chunkSizeWarningLimit: 800,
  },
  server: { proxy: { "/api": server, "/frames": server, "/proxy": server } },
});
