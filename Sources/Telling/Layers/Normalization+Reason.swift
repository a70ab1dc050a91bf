extension Meeting {
    /// For a value that is normalized: three paths, or two if no mean is subtracted.
    var reasonOfNormalization: String? {
        if ways.contains(.normalized), ways.contains(.meanSquare) {
            return
                "Two terms: through its own normalized value, and through the mean square that it shares with its group; the second takes out what would only stretch the whole group."
        }
        guard ways.contains(.normalized), ways.contains(.variance), ways.contains(.mean) else { return nil }
        return
            "Three terms: through its own normalized value, through the variance and through the mean that it shares with its group; the last two take out what would only shift or stretch the whole group."
    }
}
