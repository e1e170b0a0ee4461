/** Five bodies under gravity for n steps, as objects in memory; answers the energy of the system. */
@unmanaged
class Body {
  x: f64;
  y: f64;
  z: f64;
  vx: f64;
  vy: f64;
  vz: f64;
  mass: f64;
}

const COUNT: i32 = 5;
const BODIES = memory.data(5 * 56);

function body(index: i32): Body {
  return changetype<Body>(BODIES + <usize>index * offsetof<Body>());
}

const PI: f64 = 3.141592653589793;
const SOLAR_MASS: f64 = 4 * PI * PI;
const DAYS: f64 = 365.24;

function place(index: i32, x: f64, y: f64, z: f64, vx: f64, vy: f64, vz: f64, mass: f64): void {
  const one = body(index);
  one.x = x;
  one.y = y;
  one.z = z;
  one.vx = vx;
  one.vy = vy;
  one.vz = vz;
  one.mass = mass;
}

function placeAll(): void {
  place(0, 0, 0, 0, 0, 0, 0, SOLAR_MASS);
  place(
    1,
    4.8414314424647209,
    -1.16032004402742839,
    -0.103622044471123109,
    0.00166007664274403694 * DAYS,
    0.00769901118419740425 * DAYS,
    -0.0000690460016972063023 * DAYS,
    0.000954791938424326609 * SOLAR_MASS,
  );
  place(
    2,
    8.34336671824457987,
    4.12479856412430479,
    -0.403523417114321381,
    -0.00276742510726411 * DAYS,
    0.00499852801234917238 * DAYS,
    0.0000230417297573763929 * DAYS,
    0.000285885980666130812 * SOLAR_MASS,
  );
  place(
    3,
    12.894369562139131,
    -15.1111514016986312,
    -0.223307578892655734,
    0.00296460137564761618 * DAYS,
    0.0023784717395948095 * DAYS,
    -0.0000296589568540237556 * DAYS,
    0.0000436624404335156298 * SOLAR_MASS,
  );
  place(
    4,
    15.3796971148509165,
    -25.9193146099879641,
    0.179258772950371181,
    0.00268067772490389322 * DAYS,
    0.00162824170038242295 * DAYS,
    -0.000095159225451971587 * DAYS,
    0.0000515138902046611451 * SOLAR_MASS,
  );
}

function advance(dt: f64): void {
  for (let i = 0; i < COUNT; i++) {
    const a = body(i);
    for (let j = i + 1; j < COUNT; j++) {
      const b = body(j);
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
  for (let i = 0; i < COUNT; i++) {
    const a = body(i);
    a.x += dt * a.vx;
    a.y += dt * a.vy;
    a.z += dt * a.vz;
  }
}

function energy(): f64 {
  let sum: f64 = 0;
  for (let i = 0; i < COUNT; i++) {
    const a = body(i);
    sum += 0.5 * a.mass * (a.vx * a.vx + a.vy * a.vy + a.vz * a.vz);
    for (let j = i + 1; j < COUNT; j++) {
      const b = body(j);
      const dx = a.x - b.x;
      const dy = a.y - b.y;
      const dz = a.z - b.z;
      sum -= (a.mass * b.mass) / Math.sqrt(dx * dx + dy * dy + dz * dz);
    }
  }
  return sum;
}

export function run(n: i32): f64 {
  placeAll();
  for (let step = 0; step < n; step++) advance(0.01);
  return energy();
}
