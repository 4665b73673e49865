/** Times as ctime(3) writes them in UTC; with integers alone, after Howard Hinnant's civil_from_days. */
const DAYS = ['Thu', 'Fri', 'Sat', 'Sun', 'Mon', 'Tue', 'Wed'], MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
/** Seconds since 1970 as ctime(3) writes them, without the line end. */
export function ctime(seconds: number): string {
  const days = Math.floor(seconds / 86_400), rest = seconds - days * 86_400, two = (n: number): string => String(n).padStart(2, '0')
  // Days since 1 March 0000: so the leap day is the last of its year.
  const z = days + 719_468, era = Math.floor(z / 146_097), doe = z - era * 146_097
  const yoe = Math.floor((doe - Math.floor(doe / 1460) + Math.floor(doe / 36_524) - Math.floor(doe / 146_096)) / 365), doy = doe - (365 * yoe + Math.floor(yoe / 4) - Math.floor(yoe / 100))
  const mp = Math.floor((5 * doy + 2) / 153), month = mp < 10 ? mp + 3 : mp - 9, year = yoe + era * 400 + (month <= 2 ? 1 : 0)
  return `${DAYS[((days % 7) + 7) % 7]} ${MONTHS[month - 1]} ${String(doy - Math.floor((153 * mp + 2) / 5) + 1).padStart(2)} ${two(Math.floor(rest / 3600))}:${two(Math.floor(rest / 60) % 60)}:${two(rest % 60)} ${year}`
}
