extension Meeting {
    /// Of a value that is normalized: three ways.
    var reasonOfNormalization: String? {
        guard ways.contains(.normalized), ways.contains(.variance), ways.contains(.mean) else { return nil }
        return
            "Three terms: through its own normalized value, through the variance and through the mean that it shares with its group; the last two take out what would only shift or stretch the whole group."
    }
}
