// Traces one neuron, prints its gradients, and draws it for a dark page.
import Backstep
import Foundation

let lesson = try LessonFile(
    yaml: """
        title: One neuron and its squared error
        expression:
          - z = w * x + b
          - L = (sigmoid(z) - t) ^ 2
        at: {w: 0.5, x: 2, b: -1, t: 1}
        """)
let trace = try lesson.traced()
print("L =", trace.loss)
for name in ["w", "b"] { print("∂L/∂\(name) =", trace[name]?.gradient ?? 0) }

for figure in try lesson.figures(FigureStyle(width: "a4", theme: .dark)) {
    try figure.write(to: URL(filePath: "neuron.svg"))
    print(figure.alternativeText)
}
