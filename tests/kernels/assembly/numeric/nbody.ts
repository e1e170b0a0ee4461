/** Five bodies under gravity for n steps, as objects on a heap; answers the energy of the system. */
class Body {
  constructor(
    public x: f64,
    public y: f64,
    public z: f64,
    public vx: f64,
    public vy: f64,
    public vz: f64,
    public mass: f64,
  ) {}
}

const PI: f64 = 3.141592653589793;
const SOLAR_MASS: f64 = 4 * PI * PI;
const DAYS: f64 = 365.24;

function bodies(): StaticArray<Body> {
  const all = new StaticArray<Body>(5);
  all[0] = new Body(0, 0, 0, 0, 0, 0, SOLAR_MASS);
  all[1] = new Body(
    4.8414314424647209,
    -1.16032004402742839,
    -0.103622044471123109,
    0.00166007664274403694 * DAYS,
    0.00769901118419740425 * DAYS,
    -0.0000690460016972063023 * DAYS,
    0.000954791938424326609 * SOLAR_MASS,
  );
  all[2] = new Body(
    8.34336671824457987,
    4.12479856412430479,
    -0.403523417114321381,
    -0.00276742510726411 * DAYS,
    0.00499852801234917238 * DAYS,
    0.0000230417297573763929 * DAYS,
    0.000285885980666130812 * SOLAR_MASS,
  );
  all[3] = new Body(
    12.894369562139131,
    -15.1111514016986312,
    -0.223307578892655734,
    0.00296460137564761618 * DAYS,
    0.0023784717395948095 * DAYS,
    -0.0000296589568540237556 * DAYS,
    0.0000436624404335156298 * SOLAR_MASS,
  );
  all[4] = new Body(
    15.3796971148509165,
    -25.9193146099879641,
    0.179258772950371181,
    0.00268067772490389322 * DAYS,
    0.00162824170038242295 * DAYS,
    -0.000095159225451971587 * DAYS,
    0.0000515138902046611451 * SOLAR_MASS,
  );
  return all;
}

function advance(all: StaticArray<Body>, dt: f64): void {
  for (let i = 0; i < 5; i++) {
    const a = unchecked(all[i]);
    for (let j = i + 1; j < 5; j++) {
      const b = unchecked(all[j]);
      const dx = a.x - b.x;
      const dy = a.y - b.y;
      const dz = a.z - b.z;
      const squared = dx * dx + dy * dy + dz * dz;
      const pull = dt / (squared * Math.sqrt(squared));
      a.vx -= dx * b.mass * pull;
      a.vy -= dy * b.mass * pull;
      a.vz -= dz * b.mass * pull;
      b.vx += dx * a.mass * pull;
      b.vy += dy * a.mass * pull;
      b.vz += dz * a.mass * pull;
    }
  }
  for (let i = 0; i < 5; i++) {
    const a = unchecked(all[i]);
    a.x += dt * a.vx;
    a.y += dt * a.vy;
    a.z += dt * a.vz;
  }
}

function energy(all: StaticArray<Body>): f64 {
  let sum: f64 = 0;
  for (let i = 0; i < 5; i++) {
    const a = unchecked(all[i]);
    sum += 0.5 * a.mass * (a.vx * a.vx + a.vy * a.vy + a.vz * a.vz);
    for (let j = i + 1; j < 5; j++) {
      const b = unchecked(all[j]);
      const dx = a.x - b.x;
      const dy = a.y - b.y;
      const dz = a.z - b.z;
      sum -= (a.mass * b.mass) / Math.sqrt(dx * dx + dy * dy + dz * dz);
    }
  }
  return sum;
}

export function run(n: i32): f64 {
  heap.reset();
  const all = bodies();
  for (let step = 0; step < n; step++) advance(all, 0.01);
  return energy(all);
}
