/// The slope that one first step and its halves give.
struct SlopeEstimate {
    private(set) var value = Double.nan
    private(set) var error = Double.infinity
    /// The part of the error that comes from rounding the results.
    private(set) var rounding = 0.0
    /// The part that comes from rounding any value on the way, the results included.
    private(set) var noise = 0.0
    /// The larger of the two one-sided slopes over the first step, in magnitude.
    private(set) var motion = 0.0
    private(set) var step = 0.0

    init() {}

    /// Central differences with steps that halve, extrapolated to step 0 (Ridders 1982).
    /// - Parameter noise: the effect on a result of rounding on the way, when x is moved by the first step; `here` is the result at x.
    init(from first: Double, at x: Double, here: Double, noise onTheWay: Double, _ result: (Double) -> Double) {
        step = first
        var step = first
        var table: [Double] = []
        for row in 0..<10 {
            let (above, below) = (result(x + step), result(x - step))
            // Rounding has no effect where x moves no value on the way.
            let isStill = onTheWay == 0 && above == here && below == here
            let rounding = isStill ? 0 : max(abs(above), abs(below)) * 1e-16 / step
            let noise = max(rounding, onTheWay / step)
            if row == 0 { motion = max(abs(above - here), abs(here - below)) / step }
            var estimates = [(above - below) / ((x + step) - (x - step))]
            var factor = 4.0
            for previous in table {
                let last = estimates[estimates.count - 1]
                let next = last + (last - previous) / (factor - 1)
                estimates.append(next)
                factor *= 4
                // The first operation rounds as if x were off by |x|·10⁻¹⁶, which is a fraction of the step.
                let shifting = abs(next) * abs(x) * 1e-16 / step
                let error = max(abs(next - last), abs(next - previous), noise, shifting)
                if error < self.error { (value, self.error, self.rounding, self.noise) = (next, error, rounding, noise) }
            }
            if row > 3, let last = estimates.last, let before = table.last, abs(last - before) > 4 * error { break }
            table = estimates
            step /= 2
        }
    }

    /// Whether twenty times the error is still small beside the value.
    var hasConverged: Bool { 20 * error <= 0.1 * abs(value) }

    /// Whether twenty times the error is small beside this slope or another one.
    func isSure(beside other: SlopeEstimate) -> Bool { 20 * error <= 0.1 * max(abs(value), abs(other.value)) }

    /// Whether the result changes by less than a million times its rounding error.
    var isFlat: Bool { error <= 1e6 * rounding && abs(value) <= 1e6 * rounding }

    var isSound: Bool { hasConverged || isFlat }

    /// The smaller error is better, but not that of a step that sees no slope: steps too wide for a pole find a small slope with a small
    /// error.
    func isBetter(than other: SlopeEstimate) -> Bool { isSound != other.isSound ? isSound : error < other.error }

    /// Whether over these smaller steps the result changes much faster than the slope says, by far more than rounding could.
    func contradicts(_ slope: SlopeEstimate) -> Bool { abs(value) > 10 * abs(slope.value) + 1e10 * rounding }

    func agrees(with other: SlopeEstimate) -> Bool { abs(value - other.value) <= 0.1 * abs(value) + 20 * (error + other.rounding) }
}
