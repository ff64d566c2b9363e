import js from "@eslint/js";
import hooks from "eslint-plugin-react-hooks";
import ts from "typescript-eslint";

export default ts.config(
  { ignores: ["node_modules", "src/api/schema.ts"] },
  js.configs.recommended,
  ...ts.configs.strict,
  { files: ["src/**/*.{ts,tsx}"], ...hooks.configs.flat["recommended-latest"] },
  // What is asked of the studio when a page opens is asked in an effect.
  { files: ["src/**/*.{ts,tsx}"], rules: { "react-hooks/set-state-in-effect": "off" } },
);
