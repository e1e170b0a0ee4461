/** What every fabric makes of the fixtures: SHA-256 of `fixtures/expected/sheet/sheet.png`. */
export const SHEET_SHA256 = '29465ccc7f4f59ca9644976709197302603878c9c4b7b07990743eaafa114432';
