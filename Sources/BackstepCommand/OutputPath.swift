import ArgumentParser

/// A command with -o. (A `transform` of the option would check it too, but then the help has no default values.)
protocol CommandWithOutput: ParsableCommand {
    /// What -o names; nil if it is not given.
    var outputPath: String? { get }
}

extension CommandWithOutput {
    /// - Throws: if -o is empty, as a variable of a shell that was never set: a file in such a folder would be at the root of the disk.
    func checkOutput() throws {
        if outputPath?.isEmpty == true { throw ValidationError("-o is empty; expected a file or a folder") }
    }
}

extension Render: CommandWithOutput { var outputPath: String? { output } }
extension Watch: CommandWithOutput { var outputPath: String? { output } }
extension Steps: CommandWithOutput { var outputPath: String? { output } }
extension WorksheetCommand: CommandWithOutput { var outputPath: String? { output } }
extension DataCommand: CommandWithOutput { var outputPath: String? { output } }
extension Gallery: CommandWithOutput { var outputPath: String? { output } }
extension Notes: CommandWithOutput { var outputPath: String? { output } }
extension Extract: CommandWithOutput { var outputPath: String? { output } }
extension New: CommandWithOutput { var outputPath: String? { output } }
