import { setNonce } from "get-nonce";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { RouterProvider } from "react-router";
import { makeQueryClient } from "@/api/queries";
import { Providers } from "@/app/providers";
import { makeRouter } from "@/app/router";
import { applySettings } from "@/lib/settings";
import { StreamStore } from "@/stream/store";
import "@/theme/index.css";

// The one <style> that Radix writes carries the nonce of the page's content security policy.
setNonce(document.querySelector<HTMLMetaElement>("meta[name=csp-nonce]")?.nonce ?? "");
applySettings();

const store = new StreamStore();
const queries = makeQueryClient();
const router = makeRouter();
createRoot(document.getElementById("root") as HTMLElement).render(
  <StrictMode>
    <Providers store={store} queries={queries}>
      <RouterProvider router={router} />
    </Providers>
  </StrictMode>,
);
