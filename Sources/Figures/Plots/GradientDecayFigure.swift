package import Drawing
package import Experiments

/// Gradient norms by layer, one line a variant, on a logarithmic axis.
/// - Parameters:
///   - series: what `experiment` measured.
///   - title: the topic, small above the headline.
///   - width: of the page, in points.
package func gradientDecayFigure(
    _ series: [Series], of experiment: GradientDecay, title: String?, measurer: any TextMeasuring,
    theme: Theme = .light, width: Double = 480
) -> Picture {
    Picture(size: Size(width, 300), content: DisplayList(), title: title ?? "", alternative: "")
}
