import Foundation

/// 10ⁿ; 0 or ∞ outside the range of Double.
func exp10(_ exponent: Int) -> Double { pow(10, Double(exponent)) }

func log10(_ value: Double) -> Double { Foundation.log10(value) }

/// 10 to a power that need not be whole.
func power(_ exponent: Double) -> Double { pow(10, exponent) }
