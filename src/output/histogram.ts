/** RocksDB's histogram of sizes (`HistogramStat`), as the C++ shell prints it under `count_data -a`. */

/** Bucket limits: 1, 2, then half as much again each time, cut to two digits. */
const LIMITS = bucketLimits();

export class Histogram {
  private readonly counts = new Map<number, number>();
  private count = 0;
  private sum = 0;
  private sumOfSquares = 0;
  private min = Number.POSITIVE_INFINITY;
  private max = 0;

  add(size: number): void {
    const bucket = LIMITS.findIndex((limit) => size <= limit);
    this.counts.set(bucket, (this.counts.get(bucket) ?? 0) + 1);
    this.count += 1;
    this.sum += size;
    this.sumOfSquares += size * size;
    this.min = Math.min(this.min, size);
    this.max = Math.max(this.max, size);
  }

  /** In bytes. */
  summary(): { count: number; average: number; min: number; median: number; max: number; p99: number } {
    const { count, max } = this;
    const min = count === 0 ? 0 : this.min;
    return {
      count,
      average: this.average(),
      min,
      median: this.percentile(50),
      max,
      p99: this.percentile(99),
    };
  }

  toString(): string {
    const at = (percent: number) => this.percentile(percent);
    const percentiles = [50, 75, 99, 99.9, 99.99].map((percent) => `P${percent}: ${at(percent).toFixed(2)}`);
    return [
      `Count: ${this.count} Average: ${this.average().toFixed(4)}  StdDev: ${this.deviation().toFixed(2)}\n`,
      `Min: ${this.count === 0 ? 0 : this.min}  Median: ${at(50).toFixed(4)}  Max: ${this.max}\n`,
      `Percentiles: ${percentiles.join(' ')}\n`,
      `${'-'.repeat(54)}\n`,
      ...this.bucketLines(),
    ].join('');
  }

  private average(): number {
    return this.count === 0 ? 0 : this.sum / this.count;
  }

  private deviation(): number {
    if (this.count === 0) return 0;
    const variance = (this.sumOfSquares * this.count - this.sum * this.sum) / (this.count * this.count);
    return Math.sqrt(Math.max(variance, 0));
  }

  /** Linear inside the bucket, and never outside what was seen. */
  private percentile(percent: number): number {
    const threshold = this.count * (percent / 100);
    let before = 0;
    for (const [bucket, count] of this.filled()) {
      if (before + count >= threshold) {
        const left = bucket === 0 ? 0 : LIMITS[bucket - 1]!;
        const position = count === 0 ? 0 : (threshold - before) / count;
        const value = left + (LIMITS[bucket]! - left) * position;
        return Math.min(Math.max(value, this.min), this.max);
      }
      before += count;
    }
    return this.max;
  }

  private filled(): [bucket: number, count: number][] {
    return [...this.counts].sort(([a], [b]) => a - b);
  }

  private bucketLines(): string[] {
    let before = 0;
    return this.filled().map(([bucket, count]) => {
      before += count;
      const left = bucket === 0 ? '[' : '(';
      const limits = `${left} ${digits(bucket === 0 ? 0 : LIMITS[bucket - 1]!, 7)}, ${digits(LIMITS[bucket]!, 7)} ]`;
      const share = `${percentOf(count, this.count)} ${percentOf(before, this.count)}`;
      const marks = '#'.repeat(Math.floor((20 * count) / this.count + 0.5));
      return `${limits} ${digits(count, 8)} ${share} ${marks}\n`;
    });
  }
}

function digits(value: number, width: number): string {
  return String(value).padStart(width);
}

function percentOf(part: number, whole: number): string {
  return `${((100 * part) / whole).toFixed(3).padStart(7)}%`;
}

function bucketLimits(): number[] {
  const limits = [1, 2];
  for (let exact = 2 * 1.5; exact <= 2 ** 63; exact *= 1.5) {
    let value = Math.floor(exact);
    let power = 1;
    while (Math.floor(value / 10) > 10) {
      value = Math.floor(value / 10);
      power *= 10;
    }
    limits.push(value * power);
  }
  return limits;
}
