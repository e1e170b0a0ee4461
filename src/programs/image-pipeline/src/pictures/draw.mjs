// Draws the fixtures of this program, each in another way of storing pixels: node src/pictures/draw.mjs
import { mkdirSync, writeFileSync } from 'node:fs';
import { png } from './png.mjs';

const folder = new URL('../../fixtures/', import.meta.url);

const mix = (from, to, share) => from.map((each, at) => each + (to[at] - each) * Math.min(1, Math.max(0, share)));
const wave = (value) => 0.5 + 0.5 * Math.sin(value);
const hill = (x, seed, rough) =>
  wave(x * 1.7 + seed) * 0.5 + wave(x * 4.1 + seed * 2.3) * 0.3 * rough + wave(x * 9.7 + seed * 5.1) * 0.2 * rough;
const disc = (x, y, cx, cy, r) => Math.min(1, Math.max(0, (r - Math.hypot(x - cx, y - cy)) * 60));
/** The same scatter on every machine. */
const scatter = (n) => ((Math.imul(n + 1, 0x9e3779b1) >>> 0) % 1000) / 1000;

// Every picture: x and y from 0 to 1 (y as wide as x), colour from 0 to 255, and alpha where it has one.
const PICTURES = {
  'aurora.png': {
    size: [160, 112],
    type: 'rgb',
    filter: 4,
    at(x, y) {
      let colour = mix([8, 12, 38], [24, 52, 84], y * 1.2);
      for (let band = 0; band < 3; band++) {
        const line = 0.18 + band * 0.1 + 0.09 * Math.sin(x * (5 + band) + band * 2);
        const glow = Math.exp(-Math.abs(y - line) * (y > line ? 7 : 26));
        colour = mix(
          colour,
          [
            [90, 240, 170],
            [120, 220, 220],
            [170, 120, 230],
          ][band],
          glow * wave(x * 23 + band) * 0.75,
        );
      }
      for (let star = 0; star < 60; star++)
        colour = mix(colour, [255, 255, 240], disc(x, y, scatter(star), scatter(star + 500) * 0.5, 0.004));
      return y > 0.56 + 0.07 * hill(x * 4, 1, 1) ? [6, 10, 20] : colour;
    },
  },
  'dunes.png': {
    size: [144, 96],
    type: 'rgb',
    filter: 2,
    at(x, y) {
      let colour = mix([250, 214, 165], [252, 176, 120], y * 2);
      for (let ridge = 0; ridge < 4; ridge++) {
        const top = 0.22 + ridge * 0.12 + 0.11 * hill(x * 2.4, ridge * 1.9, 0.25);
        if (y > top)
          colour = mix(
            [226 - ridge * 26, 150 - ridge * 24, 84 - ridge * 14],
            [246 - ridge * 26, 186 - ridge * 26, 116 - ridge * 18],
            wave((y - top) * 90 + x * 9) * 0.35 + (y - top) * 2,
          );
      }
      return colour;
    },
  },
  'lighthouse.png': {
    size: [112, 160],
    type: 'rgb',
    filter: 1,
    at(x, y) {
      let colour = mix([255, 168, 104], [74, 84, 150], 1 - y / 1.05);
      if (y > 1.02)
        colour = mix([46, 78, 128], [255, 190, 130], wave(y * 120 + Math.sin(x * 20)) * 0.35 * (1 - Math.abs(x - 0.5)));
      if (y > 1.0 + 0.16 * Math.abs(x - 0.42)) colour = x < 0.86 - (y - 1) ? [38, 36, 44] : colour;
      const half = 0.09 + (y - 0.3) * 0.05;
      if (y > 0.32 && y < 1.06 && Math.abs(x - 0.42) < half)
        colour = Math.floor(y * 9) % 2 === 0 ? [214, 62, 58] : [246, 240, 230];
      if (y > 0.22 && y < 0.32 && Math.abs(x - 0.42) < 0.07) colour = [255, 240, 170];
      if (y > 0.15 && y < 0.22 && Math.abs(x - 0.42) < (y - 0.15) * 1.3) colour = [60, 48, 52];
      return mix(colour, [255, 240, 180], y < 0.6 ? 0.5 * disc(0, y, 0, 0.27, 0.02 + Math.abs(x - 0.42) * 0.18) : 0);
    },
  },
  'planet.png': {
    size: [128, 128],
    type: 'rgba',
    filter: 4,
    at(x, y) {
      const [dx, dy] = [x - 0.5, y - 0.5];
      const far = Math.hypot(dx, dy);
      const ring = Math.hypot(dx * 0.92 + dy * 0.3, (dy - dx * 0.32) * 3.4);
      const isRing = ring > 0.38 && ring < 0.47;
      if (isRing && (dy - dx * 0.32 > 0 || far > 0.3)) return [214, 186, 150, 160 + 95 * wave(ring * 260)];
      if (far > 0.3) return [0, 0, 0, 0];
      const light = 0.35 + 0.65 * Math.max(0, 1 - Math.hypot(dx + 0.12, dy + 0.14) / 0.42);
      return [
        ...mix([120, 70, 60], [236, 178, 120], wave((dy + dx * 0.1) * 55 + Math.sin(dx * 14))).map(
          (each) => each * light,
        ),
        255,
      ];
    },
  },
  'leaf.png': {
    size: [96, 128],
    type: 'rgba',
    filter: 3,
    at(x, y) {
      const along = (y - 0.12) / 1.02;
      const half = along > 0 && along < 1 ? 0.34 * Math.sin(along * Math.PI) ** 0.8 : 0;
      const from = x - 0.5 - 0.06 * Math.sin(y * 5);
      if (Math.abs(from) < 0.012 && y > 0.1) return [92, 74, 40, 255];
      if (Math.abs(from) > half) return [0, 0, 0, 0];
      const vein = Math.abs(Math.sin((along * 9 - Math.abs(from) * 7) * Math.PI)) < 0.12;
      return [...mix([196, 84, 40], [236, 170, 60], along + from), 255].map((each, at) =>
        vein && at < 3 ? each * 0.8 : each,
      );
    },
  },
  'tiles.png': {
    size: [128, 128],
    type: 'palette',
    depth: 4,
    filter: 0,
    palette: [
      [244, 236, 216],
      [34, 66, 104],
      [206, 92, 60],
      [238, 184, 80],
      [88, 138, 122],
      [60, 44, 52],
    ],
    at(x, y) {
      const [u, v] = [x * 4, y * 4];
      const [fx, fy] = [u - Math.floor(u) - 0.5, v - Math.floor(v) - 0.5];
      const far = Math.hypot(fx, fy);
      const turn = (Math.floor(u) + Math.floor(v)) % 2;
      if (Math.max(Math.abs(fx), Math.abs(fy)) > 0.47) return 5;
      if (far < 0.12) return 3;
      if (Math.abs(far - 0.3) < 0.05) return turn ? 2 : 1;
      if (Math.abs(fx) + Math.abs(fy) > 0.72) return turn ? 4 : 2;
      return Math.abs(Math.abs(fx) - Math.abs(fy)) < 0.05 ? 1 : 0;
    },
  },
  'sunflower.png': {
    size: [120, 120],
    type: 'rgb',
    filter: 4,
    at(x, y) {
      const [dx, dy] = [x - 0.5, y - 0.5];
      const [far, angle] = [Math.hypot(dx, dy), Math.atan2(dy, dx)];
      if (far < 0.19)
        return mix([66, 40, 24], [130, 84, 36], wave(far * 150 + angle * 13) * wave(far * 150 - angle * 21));
      const petal = 0.3 + 0.16 * Math.abs(Math.cos(angle * 9));
      const back = 0.28 + 0.17 * Math.abs(Math.sin(angle * 9));
      if (far < petal) return mix([224, 150, 20], [255, 216, 70], (far - 0.19) * 6);
      return far < back ? [206, 136, 18] : mix([126, 178, 214], [86, 146, 116], y * 1.2);
    },
  },
  'moon.png': {
    size: [120, 96],
    type: 'grey',
    filter: 2,
    at(x, y) {
      const [dx, dy] = [x - 0.5, y - 0.4];
      const far = Math.hypot(dx, dy);
      if (far > 0.31) return [14 + 10 * y + (scatter(Math.floor(x * 60) * 97 + Math.floor(y * 60)) > 0.985 ? 200 : 0)];
      let bright = 214 - 60 * Math.max(0, dx * 2.2);
      for (let crater = 0; crater < 16; crater++) {
        const r = 0.02 + scatter(crater + 40) * 0.05;
        const away = Math.hypot(x - 0.22 - scatter(crater) * 0.56, y - 0.12 - scatter(crater + 80) * 0.56);
        if (away < r) bright -= 46 * (1 - away / r) + 12;
        else if (away < r * 1.25) bright += 16;
      }
      return [bright];
    },
  },
  'fog.png': {
    size: [160, 100],
    type: 'greyAlpha',
    filter: 4,
    at(x, y) {
      let tone = 236;
      for (let ridge = 0; ridge < 5; ridge++) {
        const top = 0.12 + ridge * 0.09 + 0.12 * hill(x * 3.2, ridge * 3.7, 1);
        if (y > top) tone = 206 - ridge * 40 + (y - top) * 180;
      }
      return [tone, 255 - (200 * Math.max(0, 0.12 - y)) / 0.12];
    },
  },
  'city.png': {
    size: [168, 104],
    type: 'palette',
    depth: 8,
    filter: 0,
    palette: [
      [26, 22, 56],
      [52, 38, 88],
      [112, 58, 104],
      [206, 96, 98],
      [246, 158, 92],
      [14, 12, 30],
      [255, 222, 130],
      [28, 26, 54],
    ],
    at(x, y) {
      const sky = Math.min(4, Math.floor(y * 8.5));
      for (const [depth, tone] of [
        [1, 7],
        [0, 5],
      ]) {
        const block = Math.floor(x * (depth ? 17 : 11) + depth * 0.4);
        const top = 0.16 + depth * -0.04 + scatter(block * 7 + depth * 31) * 0.3;
        if (y < top) continue;
        const [wx, wy] = [Math.floor(x * 84), Math.floor((y - top) * 52)];
        const isWindow = depth === 0 && wx % 2 === 0 && wy % 2 === 1 && scatter(wx * 131 + wy * 17) > 0.55;
        return isWindow ? 6 : tone;
      }
      return Math.hypot(x - 0.3, y - 0.3) < 0.06 ? 6 : sky;
    },
  },
  'rings.png': {
    size: [112, 112],
    type: 'rgb',
    filter: 4,
    at(x, y) {
      const ripple = (cx, cy) => Math.sin(Math.hypot(x - cx, y - cy) * 62);
      const height = ripple(0.3, 0.36) + ripple(0.72, 0.62) + 0.6 * ripple(0.6, 0.1);
      return mix([18, 66, 96], [196, 236, 228], 0.5 + height * 0.22);
    },
  },
  'kites.png': {
    size: [144, 144],
    type: 'rgb',
    filter: 1,
    at(x, y) {
      let colour = mix([96, 172, 226], [222, 240, 248], y);
      for (let kite = 0; kite < 6; kite++) {
        const [cx, cy] = [0.14 + scatter(kite * 3) * 0.72, 0.12 + scatter(kite * 3 + 1) * 0.62];
        const r = 0.06 + scatter(kite * 3 + 2) * 0.06;
        const [dx, dy] = [x - cx, y - cy];
        const tail = cx + 0.03 * Math.sin(dy * 40);
        if (dy > r && dy < r * 3.4 && Math.abs(x - tail) < 0.006) colour = [90, 70, 80];
        if (Math.abs(dx) * 1.35 + Math.abs(dy) < r) {
          const hue = [
            [226, 74, 66],
            [246, 176, 54],
            [86, 158, 98],
            [122, 86, 168],
            [236, 116, 150],
            [50, 112, 176],
          ][kite];
          colour = dx * dy > 0 ? hue : mix(hue, [255, 255, 255], 0.35);
        }
      }
      return y > 0.9 + 0.06 * hill(x * 3, 2, 0.4) ? mix([92, 150, 70], [60, 112, 56], (y - 0.9) * 8) : colour;
    },
  },
};

mkdirSync(folder, { recursive: true });
for (const [name, picture] of Object.entries(PICTURES)) writeFileSync(new URL(name, folder), png(picture));
