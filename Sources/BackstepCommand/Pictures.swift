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

/// The options of every command that draws: those of `PictureOptions.all` by their names.
struct PictureArguments: ParsableArguments {
    @Option(help: help("sample"), completion: .values(of: "sample"))
    var sample: String?

    @Flag(help: help("products"))
    var products = false

    @Option(help: help("weights"), completion: .values(of: "weights"))
    var weights: String?

    @Option(help: help("figure"), completion: .values(of: "figure"))
    var figure: String?

    @Option(help: help("notation"), completion: .values(of: "notation"))
    var notation: String?

    @Option(help: help("mistake"), completion: .values(of: "mistake"))
    var mistake: String?

    @Option(
        help: help(
            "width",
            discussion:
                "Type keeps its size. Lengths: 89mm, 8.9cm, 3.25in, 240pt. Names: \(TextWidth.presets.map(\.name).joined(separator: ", "))."
        ), completion: .values(of: "width"))
    var width: String?

    @Option(help: help("height"))
    var height: String?

    @Option(help: help("theme"), completion: .values(of: "theme"))
    var theme: String?

    @Option(help: help("dpi"), completion: .values(of: "dpi"))
    var dpi: String?

    @Flag(help: help("no-headline"))
    var noHeadline = false

    @Flag(help: help("transparent"))
    var transparent = false

    @Flag(help: help("svg-text"))
    var svgText = false

    @Flag(help: "Leaves the lesson out of the figures, so that `backstep extract` finds none.")
    var noSource = false

    /// What is asked of each option of the list, by its word.
    static let asked: [String: @Sendable (PictureArguments) -> String?] = [
        "figure": { $0.figure }, "sample": { $0.sample }, "notation": { $0.notation }, "mistake": { $0.mistake },
        "products": { $0.products ? "yes" : nil }, "weights": { $0.weights }, "width": { $0.width }, "height": { $0.height },
        "no-headline": { $0.noHeadline ? "yes" : nil }, "dpi": { $0.dpi }, "theme": { $0.theme },
        "transparent": { $0.transparent ? "yes" : nil }, "svg-text": { $0.svgText ? "yes" : nil },
    ]

    func options() throws -> PictureOptions {
        var options = try Self.options(from: Self.asked.mapValues { $0(self) })
        options.carriesSource = !noSource
        return options
    }

    /// - Parameter asked: values by the words of `PictureOptions.all`.
    static func options(from asked: [String: String?]) throws -> PictureOptions {
        var options = PictureOptions()
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

    /// The help for an option from the list, with its allowed values if it has no other discussion.
    static func help(_ word: String, discussion: String = "") -> ArgumentHelp {
        guard let option = PictureOptions.all.first(where: { $0.word == word }) else { return ArgumentHelp(discussion: discussion) }
        return ArgumentHelp(
            option.help + (option.isFlag || !discussion.isEmpty ? "" : " Values: \(option.expected)."), discussion: discussion)
    }
}
