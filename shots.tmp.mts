import { chromium, type Page } from '@playwright/test';
import { launchServer } from './src/cli/server/index.ts';
import { chromiumLaunch } from './src/cli/browser/index.ts';
