import ArgumentParser
import Backstep

/// Whether commands that run experiments print their cost.
struct Verbosity: ParsableArguments {
    @Flag(name: .shortAndLong, help: "Prints the cost of each measurement on the standard error: scalars, products, seconds.")
    var verbose = false

    func tell(_ file: LessonFile, _ measured: MeasuredExperiment) {
        if verbose { Terminal.say("\(file.name): \(measured.account)") }
    }
}

extension LessonFile {
    /// Runs the lesson's experiment and, if asked to, prints its cost; nil for a trace.
    func measured(_ verbosity: Verbosity) throws(BackstepError) -> MeasuredExperiment? {
        let measured = try measured()
        if let measured { verbosity.tell(self, measured) }
        return measured
    }
}
