import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { queryClient } from "./api/query-client.js";
import { Toaster } from "./components/toaster.js";
import { router } from "./routes/router.js";
import { applyDensity, readDensity } from "./theme/row-density.js";
import { applyTheme, readTheme } from "./theme/theme.js";
import "./theme/tokens.css";
import "./theme/base.css";

applyTheme(readTheme());
applyDensity(readDensity());
const root = document.getElementById("page");
if (root !== null)
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={queryClient}>
        <Toaster>
          <RouterProvider router={router} />
        </Toaster>
      </QueryClientProvider>
    </StrictMode>,
  );
