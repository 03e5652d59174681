import { dependencies } from "../../../package.json";

/** Under which licence each package in the bundle is given; a test compares them with the packages themselves. */
const LICENCES: Readonly<Record<keyof typeof dependencies, string>> = {
  "@fontsource-variable/inter": "OFL-1.1",
  "@hookform/resolvers": "MIT",
  "@tanstack/react-query": "MIT",
  "@tanstack/react-table": "MIT",
  "@tanstack/react-virtual": "MIT",
  "class-variance-authority": "Apache-2.0",
  clsx: "MIT",
  cmdk: "MIT",
  "get-nonce": "MIT",
  "lightweight-charts": "Apache-2.0",
  "lucide-react": "ISC",
  motion: "MIT",
  "openapi-fetch": "MIT",
  "radix-ui": "MIT",
  react: "MIT",
  "react-dom": "MIT",
  "react-error-boundary": "MIT",
  "react-hook-form": "MIT",
  "react-router": "MIT",
  recharts: "MIT",
  sonner: "MIT",
  "tailwind-merge": "MIT",
  uplot: "MIT",
  zod: "MIT",
};

export interface Licensed {
  name: string;
  version: string;
  licence: string;
}

/** The packages that these screens are made of. */
export function licensed(): Licensed[] {
  return Object.entries(LICENCES).map(([name, licence]) => {
    return { name, licence, version: dependencies[name as keyof typeof dependencies] };
  });
}
