import ArgumentParser
import Backstep

struct RootOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The folder outside which no lesson's file is read; by default none. Names in a lesson from - are relative to it.",
            valueName: "folder"),
        completion: .directory)
    var root: String?

    func bounds() throws -> FolderBounds? { try root.map { try FolderBounds(existing: $0) } }
}
