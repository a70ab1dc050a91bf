public import ArgumentParser
import Backstep
public import CairoBackend
import Drawing
import Figures

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

/// What every command that draws may be told about its pictures.
struct PictureArguments: ParsableArguments {
    @Option(help: "Whose numbers of a batch are drawn: a sample, from 0, or mean.")
    var sample = "0"

    @Flag(help: "Shows upstream × local = contribution on each edge of a network.")
    var products = false

    @Option(help: "Draws the network, its graph of operations, or a recurrent cell; what the lesson says, or what suits it, if not given.")
    var figure: FigureKind?

    @Option(
        help: ArgumentHelp(
            "How wide figures are: a length, or the text width of a page by its name.",
            discussion:
                "Type keeps its size. Lengths: 89mm, 8.9cm, 3.25in, 240pt. Names: \(TextWidth.presets.map(\.name).joined(separator: ", "))."
        ))
    var width: TextWidth?

    @Option(help: "light, dark or print.")
    var theme = ThemeName.light

    @Flag(help: "Leaves the ground of the page out.")
    var transparent = false

    @Flag(help: "Leaves the lesson out of the figures, so that `backstep extract` finds none.")
    var noSource = false

    func options() throws -> PictureOptions {
        var options = PictureOptions()
        options.width = width
        options.theme = theme
        options.isTransparent = transparent
        options.carriesSource = !noSource
        options.showsProducts = products
        options.figure = figure
        if sample == "mean" {
            options.sample = .mean
        } else if let number = Int(sample), number >= 0 {
            options.sample = .number(number)
        } else {
            throw ValidationError("--sample takes a number from 0, or mean")
        }
        return options
    }
}

extension FigureKind: ExpressibleByArgument {}

extension ThemeName: ExpressibleByArgument {}

extension TextWidth: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
}
