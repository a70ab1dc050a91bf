package import Experiments
package import Recordings

extension RecordedLesson {
    /// The numbers behind the figures, which `backstep data` prints.
    package var data: MeasuredData {
        let drawing = RecordingDrawing(self)
        let shown = Set(figures.flatMap { $0 == .page ? RecordingDrawing.parts : [$0] })
        var data = MeasuredData()
        var verdicts = MeasuredData.Table("verdict", columns: ["run", "verdict", "sentence"], rows: [])
        var profiles = MeasuredData.Table("layers", columns: ["run", "step", "layer", "gradient-norm", "zeros"], rows: [])
        var heat = MeasuredData.Table("heat", columns: ["run", "layer", "first-step", "last-step", "gradient-norm"], rows: [])
        for run in drawing.runs {
            verdicts.rows.append([.text(run.name), .text(run.told.finding.kind.rawValue), .text(run.told.verdict)])
            if shown.contains(.loss), !run.losses.x.isEmpty {
                var losses = run.losses
                losses.quantity = "loss"
                data.series.append(losses)
            }
            if shown.contains(.updates) {
                for var line in UpdateLines(run).curves {
                    line.quantity = "update-ratio"
                    line.panel = run.name
                    data.series.append(line)
                }
            }
            if !shown.isDisjoint(with: [.decay, .units]) {
                for row in run.rows {
                    for layer in run.layers {
                        let each = run.recording.layers[layer]
                        let norm = run.recording.value(.gradientNorm, layer: layer, at: row)
                        let zeros = run.recording.value(.activationZeros, layer: layer, at: row)
                        guard norm != nil || zeros != nil else { continue }
                        profiles.rows.append(
                            [.text(run.name), .number(Double(run.steps[row])), .text(each.name)]
                                + [norm, zeros].map { $0.map { .number($0) } ?? .text("") })
                    }
                }
            }
            if shown.contains(.heat) {
                for (layer, row) in zip(run.heat.layers, run.heat.rows) {
                    for (column, value) in zip(run.heat.columns, row) {
                        guard let value else { continue }
                        heat.rows.append([
                            .text(run.name), .text(run.recording.layers[layer].name), .number(Double(column.first)),
                            .number(Double(column.last)), .number(value),
                        ])
                    }
                }
            }
        }
        data.tables = [verdicts, profiles, heat].filter { !$0.rows.isEmpty }
        return data
    }
}
