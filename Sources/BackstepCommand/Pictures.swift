public import ArgumentParser
import Backstep
public import CairoBackend
import Drawing

extension PictureFormat: ExpressibleByArgument {}

/// Formats separated by commas: `svg,pdf,png`.
struct FormatList: ExpressibleByArgument {
    var formats: [PictureFormat]

    init(_ formats: [PictureFormat]) { self.formats = formats }

    init?(argument: String) {
        var formats: [PictureFormat] = []
        for name in argument.split(separator: ",", omittingEmptySubsequences: false) {
            guard let format = PictureFormat(rawValue: name.lowercased()) else { return nil }
            if !formats.contains(format) { formats.append(format) }
        }
        self.formats = formats
    }

    var defaultValueDescription: String { formats.map(\.rawValue).joined(separator: ",") }
}

/// What every command that draws may be told about its pictures: `PictureOptions.all`, each under its word.
struct PictureArguments: ParsableArguments {
    @Option(help: help("sample"))
    var sample: String?

    @Flag(help: help("products"))
    var products = false

    @Option(help: help("figure"))
    var figure: String?

    @Option(help: help("notation"))
    var notation: String?

    @Option(
        help: help(
            "width",
            discussion:
                "Type keeps its size. Lengths: 89mm, 8.9cm, 3.25in, 240pt. Names: \(TextWidth.presets.map(\.name).joined(separator: ", "))."
        ))
    var width: String?

    @Option(help: help("theme"))
    var theme: String?

    @Flag(help: help("transparent"))
    var transparent = false

    @Flag(help: help("svg-text"))
    var svgText = false

    @Flag(help: "Leaves the lesson out of the figures, so that `backstep extract` finds none.")
    var noSource = false

    private var asked: [String: String?] {
        [
            "sample": sample, "products": products ? "yes" : nil, "figure": figure, "notation": notation, "width": width, "theme": theme,
            "transparent": transparent ? "yes" : nil, "svg-text": svgText ? "yes" : nil,
        ]
    }

    func options() throws -> PictureOptions {
        var options = PictureOptions()
        options.carriesSource = !noSource
        for option in PictureOptions.all {
            guard let value = asked[option.word] ?? nil else { continue }
            do throws(BackstepError) {
                try options.set(option.word, to: value)
            } catch {
                throw ValidationError(error.description)
            }
        }
        return options
    }

    /// What the list says of an option, with the values that it may have where they are words.
    static func help(_ word: String, discussion: String = "") -> ArgumentHelp {
        guard let option = PictureOptions.all.first(where: { $0.word == word }) else { return ArgumentHelp(discussion: discussion) }
        return ArgumentHelp(
            option.help + (option.isFlag || !discussion.isEmpty ? "" : " Values: \(option.expected)."), discussion: discussion)
    }
}
